"""Which packages from outside each folder may use; import-linter keeps the arrows inside."""

import ast
import sys
from pathlib import Path

import pytest

FUNDAPP = Path(__file__).resolve().parents[2] / "fundapp"

PURE: dict[str, set[str]] = {
    "domain": set(),
    "joint": {"numpy", "ortools", "scipy"},
    "evidence": {"zstandard"},
}
"""All that a pure folder may use besides the standard library."""

BELOW_WEB = ("services", "adapters", "documents", "exports", "queries", "models", *PURE)

HTTP = {"flask", "flask_login", "flask_sqlalchemy", "flask_wtf", "werkzeug", "wtforms"}


def outside_imports(folder: str) -> set[str]:
    modules: set[str] = set()
    for path in (FUNDAPP / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules.add(node.module or "")
    return {name.split(".")[0] for name in modules} - sys.stdlib_module_names - {"fundapp"}


@pytest.mark.parametrize("folder", PURE)
def test_a_pure_folder_uses_only_what_it_may(folder):
    assert outside_imports(folder) - PURE[folder] == set()


@pytest.mark.parametrize("folder", BELOW_WEB)
def test_nothing_below_web_knows_http(folder):
    assert outside_imports(folder) & HTTP == set()


def test_sees_what_a_folder_imports():
    assert outside_imports("web") >= {"flask", "werkzeug"}
