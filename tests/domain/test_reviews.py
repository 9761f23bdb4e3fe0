"""A review as plain values, and the fields of its form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.domain.errors import InvalidInput, WrongState
from fundapp.domain.review_fields import field_labels, keep_text, read_review, typed_review
from fundapp.domain.reviews import (
    NO_SCORE,
    ReviewDraft,
    ScoreDraft,
    changes_between,
    check_review,
    is_far_apart,
    mean_of,
    missing_problems,
    require_revising,
    require_writing,
    review_as_data,
    review_from_data,
)
from fundapp.domain.rubrics import Criterion, Rubric
from fundapp.domain.states import ApplicationState, RoundState

SCALE = (1, 2, 3, 4, 5)


def criterion(code: str, weight: int) -> Criterion:
    return Criterion(
        code=code,
        title=code.capitalize(),
        question="?",
        weight=weight,
        marks=SCALE,
        anchors=dict.fromkeys(SCALE, "."),
    )


RUBRIC = Rubric((criterion("validity", 60), criterion("reach", 40)))

texts = st.text(alphabet="abc é🙂\n", max_size=20).map(str.strip)
marked = st.builds(ScoreDraft, mark=st.sampled_from(SCALE), shared_comment=texts)
abstained = st.builds(ScoreDraft, is_abstained=st.just(True), abstain_reason=texts)
drafts = st.builds(
    ReviewDraft,
    scores=st.dictionaries(st.sampled_from(["validity", "reach"]), marked | abstained),
    confidence=st.none() | st.integers(1, 5),
    recommended_amount=st.none() | st.integers(0, 10**9),
    shared_comment=texts,
    private_comment=texts,
)


@given(drafts)
def test_a_form_gives_back_the_review_it_shows(draft: ReviewDraft) -> None:
    typed = typed_review(draft, RUBRIC, currency="EUR")
    assert read_review(typed, RUBRIC, currency="EUR") == check_review(draft, RUBRIC)


@given(drafts)
def test_a_kept_version_gives_back_the_review(draft: ReviewDraft) -> None:
    assert review_from_data(review_as_data(draft)) == draft


@given(drafts, drafts)
def test_changes_are_there_when_two_reviews_differ(old: ReviewDraft, new: ReviewDraft) -> None:
    assert changes_between(old, old, RUBRIC, currency="EUR") == []
    if review_as_data(old) == review_as_data(new):
        assert changes_between(old, new, RUBRIC, currency="EUR") == []


def test_changes_are_told_in_the_order_of_the_form() -> None:
    old = ReviewDraft(scores={"validity": ScoreDraft(mark=2)}, confidence=3)
    new = ReviewDraft(
        scores={"validity": ScoreDraft(is_abstained=True, abstain_reason="A tie.")},
        recommended_amount=1_000_000,
    )
    told = changes_between(old, new, RUBRIC, currency="EUR")
    assert [(change.about, change.before, change.after) for change in told] == [
        ("Validity", "2", "abstained: A tie."),
        ("Confidence", "Fairly sure", ""),
        ("Recommended amount", "", "EUR 10,000"),
    ]


def test_every_field_of_the_form_has_a_name() -> None:
    typed = typed_review(ReviewDraft(), RUBRIC, currency="EUR")
    assert set(field_labels(RUBRIC)) == set(typed)


def test_abstentions_drop_out_of_the_mean() -> None:
    draft = ReviewDraft(
        scores={"validity": ScoreDraft(mark=4), "reach": ScoreDraft(is_abstained=True)}
    )
    assert mean_of(draft, RUBRIC) == 4
    assert mean_of(ReviewDraft(), RUBRIC) is None


def test_a_comment_without_a_mark_is_no_answer() -> None:
    draft = ReviewDraft(scores={"validity": ScoreDraft(shared_comment="Later.")})
    assert [problem.field for problem in missing_problems(draft, RUBRIC)] == [
        "mark-validity",
        "mark-reach",
    ]


def test_a_reason_typed_before_choosing_a_mark_is_kept() -> None:
    typed = {"mark-validity": "4", "reason-validity": "Perhaps not my field."}
    draft = read_review(typed, RUBRIC, currency="EUR")
    assert draft.score("validity") == ScoreDraft(mark=4, abstain_reason="Perhaps not my field.")
    assert draft.score("reach") == NO_SCORE


def test_all_that_is_to_mend_is_said_at_once() -> None:
    typed = {
        "mark-validity": "6",
        "confidence": "very",
        "recommended_amount": "lots",
        "shared_comment": "x" * 20_001,
    }
    with pytest.raises(InvalidInput) as refusal:
        read_review(typed, RUBRIC, currency="EUR")
    assert [problem.field for problem in refusal.value.problems] == [
        "mark-validity",
        "confidence",
        "recommended_amount",
        "shared_comment",
    ]


@pytest.mark.parametrize(
    ("choice", "text"),
    [("mine", "b"), ("theirs", "a"), ("joined", "a\n\nb"), ("nonsense", "b")],
)
def test_one_of_two_texts_stays(choice: str, text: str) -> None:
    assert keep_text("b", "a", choice) == text


@pytest.mark.parametrize(
    ("marks", "is_far"),
    [([1, 5], True), ([2, 4], False), ([1, 4], True), ([3], False), ([], False)],
)
def test_marks_over_half_of_the_scale_are_far_apart(marks: list[int], is_far: bool) -> None:
    assert is_far_apart(marks, SCALE) is is_far


@pytest.mark.parametrize("state", RoundState)
def test_when_reviews_are_written_and_revised(state: RoundState) -> None:
    def is_allowed(require: object) -> bool:
        try:
            require(state, ApplicationState.UNDER_REVIEW)  # type: ignore[operator]
        except WrongState:
            return False
        return True

    assert is_allowed(require_writing) is (state is RoundState.REVIEWING)
    assert is_allowed(require_revising) is (
        state in (RoundState.REVIEWING, RoundState.DELIBERATING)
    )


@pytest.mark.parametrize(
    "state", [state for state in ApplicationState if state is not ApplicationState.UNDER_REVIEW]
)
def test_only_what_is_under_review_is_reviewed(state: ApplicationState) -> None:
    with pytest.raises(WrongState, match=state.value.replace("_", " ")):
        require_writing(RoundState.REVIEWING, state)
