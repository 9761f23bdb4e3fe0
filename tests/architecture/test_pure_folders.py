"""The pure folders use the standard library and no more than they are allowed."""

import ast
import sys
from pathlib import Path

import pytest

FUNDAPP = Path(__file__).resolve().parents[2] / "fundapp"

ALLOWED: dict[str, set[str]] = {
    "domain": set(),
    "joint": {"numpy", "ortools", "scipy"},
    "evidence": {"zstandard"},
}
"""What each folder may import besides the standard library and fundapp."""


def outside_imports(folder: Path) -> set[str]:
    modules: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules.add(node.module or "")
    return {name.split(".")[0] for name in modules} - sys.stdlib_module_names - {"fundapp"}


@pytest.mark.parametrize("folder", ALLOWED)
def test_imports_only_what_it_may(folder):
    assert outside_imports(FUNDAPP / folder) - ALLOWED[folder] == set()
