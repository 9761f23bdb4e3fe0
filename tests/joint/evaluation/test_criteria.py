from fundapp.joint.evaluation.criteria import (
    CriterionMark,
    CriterionSummary,
    criterion_means,
    summarise_criteria,
)

MARKS = [
    CriterionMark("b", "risk", 5),
    CriterionMark("a", "risk", 4),
    CriterionMark("a", "risk", 1),
    CriterionMark("a", "risk", None),
    CriterionMark("a", "team", None),
]


def test_marks_are_summed_up_by_application_and_criterion():
    summaries = summarise_criteria(MARKS)
    assert list(summaries.items()) == [
        (("a", "risk"), CriterionSummary(2, 1, 2.5, 1, 4)),
        (("a", "team"), CriterionSummary(0, 1, None, None, None)),
        (("b", "risk"), CriterionSummary(1, 0, 5.0, 5, 5)),
    ]


def test_each_application_counts_once_in_a_mean():
    summaries = summarise_criteria(MARKS)
    assert criterion_means(summaries, ["a", "b"]) == {"risk": 3.75}
    assert criterion_means(summaries, ["b"]) == {"risk": 5.0}
    assert criterion_means(summaries, []) == {}
