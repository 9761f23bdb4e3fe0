"""The stored 360Giving schema and codelists as a validator, without a network."""

import csv
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).parents[1] / "data" / "360giving"
POINTED_AT = (
    "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.2/schema/"
    "360-giving-schema.json"
)


@cache
def grant_schema() -> Mapping[str, Any]:
    """The schema of one grant."""
    return _read("360-giving-schema.json")


def codes(name: str) -> frozenset[str]:
    """The codes of a codelist."""
    with (FOLDER / "codelists" / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return frozenset(row["Code"] for row in csv.DictReader(lines))


def faults(package: Any) -> list[str]:
    """What the schema holds against a package: the place and the rule that is broken."""
    grant = Resource.from_contents(grant_schema(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resources(
        [(POINTED_AT, grant), (grant_schema()["$id"], grant)]
    )
    validator = Draft202012Validator(
        _read("360-giving-package-schema.json"),
        registry=registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    return sorted(
        f"{'/'.join(str(part) for part in error.absolute_path)}: {error.validator}"
        for error in validator.iter_errors(package)
    )


def headings() -> set[str]:
    """Every heading that a table of grants may have, by the titles of the schema."""
    return set(_headings(grant_schema(), ()))


def _headings(node: Any, before: tuple[str, ...]) -> list[str]:
    found = []
    for part in node.get("properties", {}).values():
        inner = _resolved(part.get("items", part))
        title = part.get("title") or inner.get("title")
        if not title or len(before) > 3:
            continue
        found.append(":".join((*before, title)))
        found += _headings(inner, (*before, title))
    return found


def _resolved(node: Any) -> Any:
    name = node.get("$ref", "").rpartition("/")[2]
    return grant_schema()["$defs"][name] if name else node


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
