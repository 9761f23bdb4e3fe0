"""Saving, sending in and revising a review."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from fundapp.domain.permissions import Action, Actor, may
from fundapp.domain.reviews import ReviewDraft, ScoreDraft, review_from_data
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ConflictSource,
    ConflictState,
    ReviewState,
    RoundState,
)
from fundapp.models import (
    Application,
    Assignment,
    AuditEvent,
    Criterion,
    PanelSeat,
    Review,
    ReviewVersion,
    Round,
    Score,
)
from fundapp.queries.access import actor_for
from fundapp.queries.reviews import review_head, stored_review
from fundapp.services.assignments import refuse_assignment
from fundapp.services.reviews import revise_review, save_review, submit_review
from tests.builders import (
    NOW,
    a_conflict,
    a_criterion,
    a_funder,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_envelope,
    an_organisation,
)
from tests.statements import counted_statements


@dataclass
class Desk:
    """An application under review by two reviewers of two funders, on two criteria."""

    round: Round
    application: Application
    mine: Assignment
    theirs: Assignment
    me: Actor
    them: Actor
    validity: Criterion
    reach: Criterion

    def full(self, mark: int = 4, **parts: object) -> ReviewDraft:
        """Return a complete review."""
        scores = {
            self.validity.code: ScoreDraft(mark=mark, shared_comment="Well tested."),
            self.reach.code: ScoreDraft(is_abstained=True, abstain_reason="Not my field."),
        }
        return ReviewDraft(scores=scores, confidence=4, **parts)  # type: ignore[arg-type]


@pytest.fixture
def desk(session: Session) -> Desk:
    round_ = a_round(session, RoundState.REVIEWING)
    validity = a_criterion(session, round_, weight=60)
    reach = a_criterion(session, round_, title="Reach", weight=40)
    application = an_application(
        session, round_, an_organisation(session), ApplicationState.UNDER_REVIEW
    )
    seats = []
    for _ in range(2):
        funder = a_funder(session)
        an_envelope(session, round_, funder)
        seats.append(a_seat(session, round_, funder))
    mine, theirs = (an_assignment(session, application, seat) for seat in seats)
    me, them = (actor_for(session, seat.person_id) for seat in seats)
    return Desk(round_, application, mine, theirs, me, them, validity, reach)


def events(session: Session, kind: str) -> int:
    return session.scalar(select(func.count()).where(AuditEvent.event == kind)) or 0


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def stored(session: Session, assignment: Assignment) -> ReviewDraft:
    return stored_review(session, review_head(session, assignment.id)).draft


def save(session: Session, desk: Desk, draft: ReviewDraft, version: int = 0) -> Review:
    return save_review(session, desk.mine.id, draft, version=version, actor=desk.me, now=NOW)


def submit(session: Session, desk: Desk, version: int) -> Review:
    return submit_review(session, desk.mine.id, version=version, actor=desk.me, now=NOW)


def test_a_saved_review_comes_back_as_it_was_typed(session: Session, desk: Desk) -> None:
    draft = desk.full(shared_comment="Clear.", private_comment="Ask twice.", recommended_amount=5)
    review = save(session, desk, draft)
    assert (review.version, review.state, review.last_number) == (1, ReviewState.DRAFT, 0)
    assert stored(session, desk.mine) == draft


def test_each_save_writes_only_what_changed(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full())
    with counted_statements() as counted:
        review = save(session, desk, desk.full(mark=2), version=1)
    writes = [text.split()[:2] for text in counted.statements if not text.startswith("SELECT")]
    assert writes == [["UPDATE", "review"], ["UPDATE", "score"]]
    assert len(counted) == 6
    assert review.version == 2
    assert stored(session, desk.mine).score(desk.validity.code).mark == 2


def test_saving_the_same_again_writes_nothing(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full())
    with counted_statements() as counted:
        review = save(session, desk, desk.full(), version=0)
    assert [text for text in counted.statements if not text.startswith("SELECT")] == []
    assert review.version == 1


def test_a_mark_can_be_taken_back(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full())
    save(session, desk, ReviewDraft(), version=1)
    assert stored(session, desk.mine) == ReviewDraft()


def test_an_older_window_is_told_what_stands(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full(mark=2))
    save(session, desk, desk.full(mark=3), version=1)
    with pytest.raises(StaleVersion) as refusal:
        save(session, desk, desk.full(mark=5), version=1)
    assert refusal.value.theirs == desk.full(mark=3)
    assert refusal.value.version == 2
    assert stored(session, desk.mine) == desk.full(mark=3)


def test_saving_an_offered_review_accepts_it(session: Session, desk: Desk) -> None:
    desk.mine.state = AssignmentState.OFFERED
    session.flush()
    save(session, desk, desk.full())
    assert desk.mine.state is AssignmentState.ACCEPTED
    assert events(session, "assignment.accepted") == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"confidence": 6}, "confidence"),
        ({"recommended_amount": -1}, "recommended_amount"),
        ({"shared_comment": "x" * 20_001}, "shared_comment"),
        ({"private_comment": "x" * 10_000_000}, "private_comment"),
        ({"scores": {"nothing": ScoreDraft(mark=3)}}, ""),
    ],
)
def test_what_cannot_be_stored_leaves_nothing(
    session: Session, desk: Desk, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        save(session, desk, ReviewDraft(**change))  # type: ignore[arg-type]
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert (count(session, Review), count(session, Score)) == (0, 0)


def test_a_mark_off_the_scale_is_refused(session: Session, desk: Desk) -> None:
    code = desk.validity.code
    with pytest.raises(InvalidInput) as refusal:
        save(session, desk, ReviewDraft(scores={code: ScoreDraft(mark=6)}))
    assert [problem.field for problem in refusal.value.problems] == [f"mark-{code}"]


def test_submitting_keeps_a_version_and_ends_the_assignment(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full())
    review = submit(session, desk, version=1)
    assert (review.state, review.submitted_at, review.version) == (ReviewState.SUBMITTED, NOW, 2)
    assert (desk.mine.state, desk.mine.done_at) == (AssignmentState.DONE, NOW)
    version = session.scalars(select(ReviewVersion)).one()
    assert (version.number, version.note) == (1, "")
    assert review_from_data(version.content) == desk.full()
    assert events(session, "review.submitted") == 1


def test_submitting_twice_is_submitting_once(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full())
    submit(session, desk, version=1)
    assert submit(session, desk, version=1).version == 2
    assert count(session, ReviewVersion) == 1
    assert events(session, "review.submitted") == 1


def test_the_double_click_on_submit_saves_the_same_text_again(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full())
    submit(session, desk, version=1)
    assert save(session, desk, desk.full(), version=0).state is ReviewState.SUBMITTED
    with pytest.raises(WrongState, match="Revise"):
        save(session, desk, desk.full(mark=1), version=2)


def test_every_criterion_needs_a_mark_or_a_reason(session: Session, desk: Desk) -> None:
    save(session, desk, ReviewDraft(scores={desk.reach.code: ScoreDraft(is_abstained=True)}))
    with pytest.raises(InvalidInput) as refusal:
        submit(session, desk, version=1)
    assert [problem.field for problem in refusal.value.problems] == [
        f"mark-{desk.validity.code}",
        f"reason-{desk.reach.code}",
    ]
    assert desk.mine.state is AssignmentState.ACCEPTED
    assert count(session, ReviewVersion) == 0


def test_abstaining_on_everything_is_no_review(session: Session, desk: Desk) -> None:
    abstained = ScoreDraft(is_abstained=True, abstain_reason="I know them.")
    codes = (desk.validity.code, desk.reach.code)
    save(session, desk, ReviewDraft(scores=dict.fromkeys(codes, abstained)))
    with pytest.raises(InvalidInput, match="declare a conflict"):
        submit(session, desk, version=1)


def test_a_review_of_which_nothing_was_saved_is_not_complete(session: Session, desk: Desk) -> None:
    with pytest.raises(InvalidInput) as refusal:
        submit(session, desk, version=0)
    assert len(refusal.value.problems) == 2


def revise(session: Session, desk: Desk, draft: ReviewDraft, note: str, version: int = 2) -> Review:
    return revise_review(
        session, desk.mine.id, draft, version=version, note=note, actor=desk.me, now=NOW
    )


@pytest.fixture
def sent(session: Session, desk: Desk) -> Desk:
    """A desk with my review in."""
    save(session, desk, desk.full())
    submit(session, desk, version=1)
    return desk


def test_a_revision_keeps_what_was_before(session: Session, sent: Desk) -> None:
    sent.round.state = RoundState.DELIBERATING
    session.flush()
    review = revise(session, sent, sent.full(mark=5), "Their reply convinced me.")
    assert (review.state, review.last_number) == (ReviewState.REVISED, 2)
    versions = session.scalars(select(ReviewVersion).order_by(ReviewVersion.number)).all()
    marks = [review_from_data(kept.content).score(sent.validity.code).mark for kept in versions]
    assert marks == [4, 5]
    assert [kept.note for kept in versions] == ["", "Their reply convinced me."]
    assert events(session, "review.revised") == 1


def test_a_revision_that_changes_nothing_is_none(session: Session, sent: Desk) -> None:
    assert revise(session, sent, sent.full(), "No change.").last_number == 1
    assert count(session, ReviewVersion) == 1


def test_a_revision_needs_its_note(session: Session, sent: Desk) -> None:
    with pytest.raises(InvalidInput) as refusal:
        revise(session, sent, sent.full(mark=5), "  ")
    assert [problem.field for problem in refusal.value.problems] == ["note"]
    assert count(session, ReviewVersion) == 1


def test_a_revision_must_be_complete(session: Session, sent: Desk) -> None:
    with pytest.raises(InvalidInput):
        revise(session, sent, ReviewDraft(), "Nothing left.")


def test_a_decided_round_keeps_its_reviews(session: Session, sent: Desk) -> None:
    sent.round.state = RoundState.DECIDED
    session.flush()
    with pytest.raises(WrongState, match="decided"):
        revise(session, sent, sent.full(mark=5), "Too late.")


@pytest.mark.parametrize("state", [RoundState.SCREENING, RoundState.DELIBERATING])
def test_reviews_are_written_while_the_round_is_reviewing(
    session: Session, desk: Desk, state: RoundState
) -> None:
    desk.round.state = state
    session.flush()
    with pytest.raises(WrongState):
        save(session, desk, desk.full())
    assert count(session, Review) == 0


def test_a_withdrawn_application_is_not_reviewed(session: Session, desk: Desk) -> None:
    desk.application.state = ApplicationState.WITHDRAWN
    session.flush()
    with pytest.raises(WrongState, match="withdrawn"):
        save(session, desk, desk.full())


def test_nobody_writes_the_review_of_another(session: Session, desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        save_review(session, desk.mine.id, desk.full(), version=0, actor=desk.them, now=NOW)


def test_a_conflict_closes_the_review(session: Session, desk: Desk) -> None:
    a_conflict(
        session,
        desk.application.id,
        person_id=desk.me.person_id,
        source=ConflictSource.SAME_MAIL_DOMAIN,
        state=ConflictState.PROPOSED,
        recorded_by_id=desk.them.person_id,
    )
    with pytest.raises(NotAllowed, match="conflict"):
        save(session, desk, desk.full())


def test_two_reviewers_write_two_reviews(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full(mark=2))
    save_review(session, desk.theirs.id, desk.full(mark=5), version=0, actor=desk.them, now=NOW)
    assert stored(session, desk.mine) == desk.full(mark=2)
    assert stored(session, desk.theirs) == desk.full(mark=5)


def test_there_is_no_review_without_an_assignment(session: Session, desk: Desk) -> None:
    with pytest.raises(NotFound):
        save_review(session, desk.round.id, desk.full(), version=0, actor=desk.me, now=NOW)


def test_a_refused_review_stays_closed_when_one_is_asked_again(
    session: Session, desk: Desk
) -> None:
    save(session, desk, desk.full(shared_comment="Before."))
    refuse_assignment(session, desk.mine.id, note="", actor=desk.me, now=NOW)
    seat = session.scalars(select(PanelSeat).where(PanelSeat.person_id == desk.me.person_id)).one()
    again = an_assignment(session, desk.application, seat)
    with pytest.raises(NotAllowed, match="closed to you"):
        save(session, desk, desk.full(shared_comment="After."), version=1)
    review = save_review(session, again.id, desk.full(), version=0, actor=desk.me, now=NOW)
    assert review.assignment_id == again.id
    assert stored(session, desk.mine).shared_comment == "Before."


def test_an_own_review_that_is_in_stays_readable(session: Session, desk: Desk) -> None:
    save(session, desk, desk.full())
    submit(session, desk, version=1)
    desk.mine.state = AssignmentState.CONFLICTED
    session.flush()
    head = review_head(session, desk.mine.id)
    assert may(desk.me, Action.VIEW_REVIEW, head.review_facts()).is_allowed
    assert not may(desk.me, Action.WRITE_REVIEW, head.review_facts()).is_allowed
