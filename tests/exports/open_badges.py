"""The published schema and vectors of Open Badges 3.0, which stand beside the project."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator

BESIDE = Path(__file__).parents[3] / "shared" / "data" / "standards" / "open-badges-3.0"


def stored(name: str) -> Path:
    """Return a file of the standard, or skip the test where it is missing."""
    path = BESIDE / name
    if not path.exists():
        pytest.skip(f"{name} may not be shipped, and shared/data beside the project is missing")
    return path


@cache
def _validator() -> Draft201909Validator:
    text = stored("ob_v3p0_achievementcredential_schema.json").read_text()
    return Draft201909Validator(json.loads(text))


def faults(credential: Any) -> list[str]:
    """What the schema holds against a credential: the place and the rule that is broken."""
    found = _validator().iter_errors(credential)
    return sorted(f"{'/'.join(map(str, one.path))}: {one.message[:120]}" for one in found)


def context_terms() -> frozenset[str]:
    """The names that the context of Open Badges 3.0.3 gives a meaning."""
    text = stored("context-3.0.3.json").read_text()
    return frozenset(_names(json.loads(text)["@context"]))


def _names(context: Any) -> list[str]:
    found = []
    for name, meaning in context.items():
        found.append(name)
        if isinstance(meaning, dict) and "@context" in meaning:
            found += _names(meaning["@context"])
    return found
