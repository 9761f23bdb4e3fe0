"""Matrices of matches from the reference data, as problems."""

import csv
import gzip
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fundapp.joint.assignment.problem import AssignmentProblem, problem_of
from tests.joint.reference_data import shared

COLUMNS = ("reviewer", "funder", "load")


@dataclass(frozen=True)
class Matrix:
    """Affinities (applications, reviewers) and, where the file has them, funders."""

    affinity: NDArray[np.float64]
    funders: list[str]

    def problem(self, *, reviews: int, funders: int = 1, load: int, **more) -> AssignmentProblem:
        """Return the problem in which a number below 0 is a conflict."""
        names = sorted(set(self.funders))
        more = {"funder_of": [names.index(funder) for funder in self.funders], **more}
        return problem_of(
            self.affinity,
            load=load,
            reviews=reviews,
            funders=funders,
            forbidden=self.affinity < 0,
            **more,
        )


def matrix(name: str) -> Matrix:
    path = shared(name)
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    heads, *lines = csv.reader(text.splitlines())
    first = sum(head in COLUMNS for head in heads)
    funders = [line[1] if "funder" in heads else "" for line in lines]
    return Matrix(np.array([[float(cell) for cell in line[first:]] for line in lines]).T, funders)
