from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.errors import Problem
from fundapp.domain.rubrics import (
    Criterion,
    Rubric,
    check_marks,
    check_rubric,
    marked_weight,
    weighted_score,
)

MARKS = (1, 2, 3, 4, 5)


def criterion(code: str, weight: int, **given) -> Criterion:
    anchors = {mark: f"Anchor {mark}." for mark in MARKS}
    return Criterion(
        **{
            "code": code,
            "title": code.title(),
            "question": "Is it?",
            "weight": weight,
            "marks": MARKS,
            "anchors": anchors,
            **given,
        }
    )


RUBRIC = Rubric((criterion("risk", 50), criterion("method", 30), criterion("team", 20)))


def rubric_with(**changes) -> Rubric:
    return Rubric((replace(RUBRIC.criteria[0], **changes), *RUBRIC.criteria[1:]))


@pytest.mark.parametrize(
    ("marks", "score"),
    [
        ({"risk": 5, "method": 4, "team": 1}, Fraction(39, 10)),
        ({"risk": 5, "method": 4, "team": None}, Fraction(37, 8)),
        ({"risk": 5}, Fraction(5)),
        ({"risk": None, "method": None, "team": None}, None),
        ({}, None),
    ],
)
def test_the_score_is_the_weighted_mean_over_what_is_marked(marks, score):
    assert weighted_score(RUBRIC, marks) == score


@given(
    st.fixed_dictionaries({code: st.sampled_from(MARKS) | st.none() for code in ("risk", "team")})
)
def test_a_score_never_leaves_the_marks_it_rests_on(marks):
    score = weighted_score(RUBRIC, marks)
    given_marks = [mark for mark in marks.values() if mark is not None]
    if score is None:
        assert given_marks == []
    else:
        assert min(given_marks) <= score <= max(given_marks)


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ({"style": 3}, "The rubric has no criterion 'style'"),
        ({"risk": 6}, "6 is no mark of 'risk'"),
        ({"risk": 0}, "0 is no mark of 'risk'"),
    ],
)
def test_strange_criteria_and_marks_are_refused(marks, message):
    with pytest.raises(ValueError, match=message):
        weighted_score(RUBRIC, marks)


def test_the_weight_behind_a_score_is_known():
    assert marked_weight(RUBRIC, {"risk": 5, "team": None}) == 50


@pytest.mark.parametrize(
    ("marks", "reasons", "problems"),
    [
        ({"risk": 5, "method": 4, "team": 3}, {}, []),
        ({"risk": 5, "method": 4, "team": None}, {"team": "I know them."}, []),
        (
            {"risk": 5, "team": None},
            {"team": " "},
            [
                Problem("method", "Mark “Method”, or abstain and say why."),
                Problem("team", "Say why you abstain on “Team”."),
            ],
        ),
        (
            dict.fromkeys(("risk", "method", "team")),
            dict.fromkeys(("risk", "method", "team"), "I cannot judge this."),
            [
                Problem(
                    "",
                    "You abstain on everything. Mark one criterion, or declare a conflict instead.",
                )
            ],
        ),
    ],
)
def test_a_review_is_complete_when_every_criterion_is_marked_or_abstained_on(
    marks, reasons, problems
):
    assert check_marks(RUBRIC, marks, reasons) == problems


@pytest.mark.parametrize(
    ("rubric", "problems"),
    [
        (RUBRIC, []),
        (Rubric(()), [Problem("", "Add at least one criterion.")]),
        (
            rubric_with(weight=45),
            [Problem("", "The weights add up to 95. Add 5 to reach 100.")],
        ),
        (
            rubric_with(weight=55),
            [Problem("", "The weights add up to 105. Take off 5 to reach 100.")],
        ),
        (
            rubric_with(code="method"),
            [Problem("", "Two criteria have the same code. Rename one.")],
        ),
        (
            rubric_with(marks=(1, 3, 5)),
            [Problem("", "Give every criterion the same marks, so that they can be averaged.")],
        ),
        (
            rubric_with(anchors={1: "a", 2: "b", 3: " ", 4: "d", 5: "e"}),
            [Problem("risk", "Say what a 3 means for “Risk”.")],
        ),
        (
            rubric_with(code="The risk"),
            [
                Problem(
                    "The risk",
                    "Begin the code with a small letter and use small letters, digits and _.",
                )
            ],
        ),
        (rubric_with(question=""), [Problem("risk", "Write the question behind “Risk”.")]),
        (rubric_with(title=""), [Problem("risk", "Name the criterion.")]),
        (
            rubric_with(weight=0),
            [
                Problem("", "The weights add up to 50. Add 50 to reach 100."),
                Problem("risk", "Give “Risk” a weight of 1 or more."),
            ],
        ),
    ],
)
def test_a_rubric_that_cannot_be_used_is_told(rubric, problems):
    assert check_rubric(rubric) == problems


@pytest.mark.parametrize("marks", [(5, 4, 3, 2, 1), (1,), (1, 1)])
def test_marks_run_from_worst_to_best(marks):
    anchors = dict.fromkeys(marks, "Anchor.")
    lone = Rubric((criterion("risk", 100, marks=marks, anchors=anchors),))
    assert check_rubric(lone) == [
        Problem("risk", "Give “Risk” two or more different marks, the worst first.")
    ]
