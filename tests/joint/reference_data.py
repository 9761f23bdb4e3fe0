"""Reference data of joint evaluation: shipped ones, and those beside the project."""

import json
from pathlib import Path
from typing import Any

import pytest

SHIPPED = Path(__file__).parents[1] / "data" / "joint-evaluation"
BESIDE = Path(__file__).parents[3] / "shared" / "data" / "joint-evaluation"


def shared(name: str) -> Path:
    """Return the path of a reference file; skip the test where it cannot be had."""
    for folder in (SHIPPED, BESIDE):
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"{name} may not be shipped, and shared/data beside the project is missing")


def expected(name: str) -> Any:
    """Return the reference numbers of one file."""
    return json.loads(shared("expected.json").read_text())[name]
