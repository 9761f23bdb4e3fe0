"""Fictional start-ups and what they would measure; the table stands in data/projects.csv."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fundapp.domain.text import slug

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Project:
    """One invented application. harm, task, users: half sentences; languages: as listed."""

    title: str
    organisation: str
    country: str
    thing: str
    harm: str
    task: str
    users: str
    languages: str

    @property
    def domain(self) -> str:
        """Return the start-up's mail domain; nobody owns names under .example."""
        return f"{slug(self.organisation)}.example"


@cache
def all_projects() -> tuple[Project, ...]:
    """Return the projects in the order of the file."""
    with (DATA / "projects.csv").open(encoding="utf-8", newline="") as source:
        return tuple(Project(**row) for row in csv.DictReader(source, delimiter="|"))
