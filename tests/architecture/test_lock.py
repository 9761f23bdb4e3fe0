"""requirements.lock: complete, hashed, and silent about where packages come from."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()


def locked_versions() -> dict[str, list[str]]:
    """Versions by package name; more than one where Python versions need different ones."""
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[.*\])?==([^ ;\\]+)", LOCK, re.MULTILINE):
        versions.setdefault(canonicalize_name(name), []).append(version)
    return versions


def declared_requirements() -> list[Requirement]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = declared["project"]
    lists = [
        project["dependencies"],
        *project["optional-dependencies"].values(),
        declared["dependency-groups"]["dev"],
    ]
    return [Requirement(text) for texts in lists for text in texts]


def test_every_declared_package_is_locked_at_a_fitting_version():
    locked = locked_versions()
    unfit = {
        str(wanted): versions
        for wanted in declared_requirements()
        if not (versions := locked.get(canonicalize_name(wanted.name), []))
        or not all(version in wanted.specifier for version in versions)
    }
    assert unfit == {}


def test_every_locked_package_has_a_hash():
    blocks = re.split(r"^(?=[\w.-]+(?:\[.*\])?==)", LOCK, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_names_no_registry_and_no_folder():
    origin = r"^.*(?:://|file:|--index|--extra-index|--find-links| @ ).*$"
    assert re.findall(origin, LOCK, re.MULTILINE) == []
