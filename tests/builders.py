"""Plain functions that make valid rows. Each takes the session and what matters to the test."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.embargoes import ANNOUNCED_STATES
from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    AwardState,
    ConflictSource,
    ConflictState,
    ContributionState,
    DecisionKind,
    DecisionState,
    ReviewState,
    RoundKind,
    RoundState,
)
from fundapp.models import (
    Application,
    Assignment,
    Award,
    Base,
    Conflict,
    Contribution,
    Criterion,
    Decision,
    Envelope,
    ExchangeRate,
    Funder,
    Membership,
    Office,
    Organisation,
    PanelSeat,
    Person,
    Question,
    Review,
    Round,
    Score,
    Section,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
Row = TypeVar("Row", bound=Base)
_numbers = count(1)


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def a_person(session: Session, name: str = "Ada Sample", **columns: Any) -> Person:
    """Add a person with a confirmed address and no password."""
    defaults = {
        "email": f"person{next(_numbers)}@sample.example",
        "name": name,
        "email_confirmed_at": NOW,
        "created_at": NOW,
        "is_fictional": True,
    }
    return _add(session, Person(**defaults | columns))


def a_manager(session: Session, **columns: Any) -> Person:
    """Add a fund manager."""
    return a_person(session, "Cleo Sample", is_fund_manager=True, **columns)


def a_funder(session: Session, name: str = "Lilliput Foundation", **columns: Any) -> Funder:
    """Add a funder."""
    defaults = {
        "code": f"funder-{next(_numbers)}",
        "name": name,
        "kind": "foundation",
        "is_fictional": True,
        "created_at": NOW,
    }
    return _add(session, Funder(**defaults | columns))


def an_officer(session: Session, funder: Funder, **columns: Any) -> Person:
    """Add a person who speaks for `funder`."""
    person = a_person(session, "Jon Sample", **columns)
    _add(session, Office(funder_id=funder.id, person_id=person.id, since_at=NOW))
    return person


def an_organisation(session: Session, name: str = "Zembla Gauge", **columns: Any) -> Organisation:
    """Add an applicant organisation."""
    defaults = {"name": name, "country": "KE", "is_fictional": True, "created_at": NOW}
    return _add(session, Organisation(**defaults | columns))


def a_member(
    session: Session,
    organisation: Organisation,
    role: MemberRole = MemberRole.OWNER,
    **columns: Any,
) -> Person:
    """Add a colleague of `organisation`."""
    person = a_person(session, **columns)
    _add(
        session,
        Membership(organisation_id=organisation.id, person_id=person.id, role=role, joined_at=NOW),
    )
    return person


def a_round(session: Session, state: RoundState = RoundState.OPEN, **columns: Any) -> Round:
    """Add a grant round in euros that opened on NOW and closes six weeks later."""
    number = next(_numbers)
    creator = columns.pop("created_by_id", None) or a_manager(session).id
    defaults = {
        "reference": f"EVF-2026-R{number}",
        "title": "Seed grants for AI evaluation start-ups",
        "kind": RoundKind.GRANT,
        "state": state,
        "currency": "EUR",
        "seed": f"seed-{number}",
        "opens_at": NOW,
        "closes_at": NOW + timedelta(weeks=6),
        "reviews_due_at": NOW + timedelta(weeks=10),
        "created_by_id": creator,
        "created_at": NOW,
        "state_since": NOW,
        "opened_at": None if state is RoundState.DRAFT else NOW,
        "announced_at": NOW if state in ANNOUNCED_STATES else None,
    }
    return _add(session, Round(**defaults | columns))


def a_section(session: Session, round_: Round, title: str = "The risk you measure") -> Section:
    """Add a page to the form."""
    return _add(session, Section(round_id=round_.id, position=next(_numbers), title=title))


def a_question(session: Session, section: Section, **columns: Any) -> Question:
    """Add a required short-text question."""
    number = next(_numbers)
    defaults = {
        "round_id": section.round_id,
        "section_id": section.id,
        "position": number,
        "code": f"question_{number}",
        "kind": "short_text",
        "label": "Which risk do you measure?",
        "is_required": True,
        "settings": {},
    }
    return _add(session, Question(**defaults | columns))


def a_criterion(session: Session, round_: Round, **columns: Any) -> Criterion:
    """Add a criterion with marks 1 to 5 and weight 100."""
    number = next(_numbers)
    defaults = {
        "round_id": round_.id,
        "position": number,
        "code": f"criterion_{number}",
        "title": "Validity of the measurement",
        "question": "Does the score stand for the thing it is named after?",
        "weight": 100,
        "marks": [1, 2, 3, 4, 5],
        "anchors": {str(mark): f"Anchor of mark {mark}." for mark in range(1, 6)},
    }
    return _add(session, Criterion(**defaults | columns))


def an_envelope(session: Session, round_: Round, funder: Funder, **columns: Any) -> Envelope:
    """Add a funder's envelope of 500,000.00."""
    defaults = {
        "round_id": round_.id,
        "funder_id": funder.id,
        "position": next(_numbers),
        "amount": 50_000_000,
    }
    return _add(session, Envelope(**defaults | columns))


def a_rate(session: Session, round_: Round, **columns: Any) -> ExchangeRate:
    """Let a round take another currency (1 KES = 0.0071 of its own)."""
    defaults = {
        "round_id": round_.id,
        "currency": "KES",
        "rate": "0.0071",
        "source": "Bank of Lilliput (sample)",
        "quoted_on": date(2026, 10, 30),
    }
    return _add(session, ExchangeRate(**defaults | columns))


def a_seat(session: Session, round_: Round, funder: Funder, **columns: Any) -> PanelSeat:
    """Add a reviewer to the panel (a new person unless `person_id` is given)."""
    defaults = {
        "round_id": round_.id,
        "person_id": columns.get("person_id") or a_person(session, "Dario Sample").id,
        "funder_id": funder.id,
        "label": f"Reviewer {next(_numbers)}",
        "review_load": 10,
        "joined_at": NOW,
    }
    return _add(session, PanelSeat(**defaults | columns))


def an_application(
    session: Session,
    round_: Round,
    organisation: Organisation,
    state: ApplicationState = ApplicationState.SUBMITTED,
    **columns: Any,
) -> Application:
    """Add an application (submitted, numbered) of `organisation`."""
    contact = columns.pop("contact_id", None) or a_member(session, organisation).id
    defaults = {
        "round_id": round_.id,
        "organisation_id": organisation.id,
        "title": "Judge-model drift meter",
        "amount_requested": 22_000_000,
        "state": state,
        "contact_id": contact,
        "created_at": NOW,
        "state_since": NOW,
    }
    if state is not ApplicationState.DRAFT and "number" not in columns:
        round_.last_number += 1
        defaults |= {
            "number": round_.last_number,
            "reference": f"{round_.reference}-{round_.last_number:03}",
            "submitted_at": NOW,
            "last_version": 1,
        }
    return _add(session, Application(**defaults | columns))


def an_assignment(
    session: Session, application: Application, seat: PanelSeat, **columns: Any
) -> Assignment:
    """Ask the reviewer in `seat` to review (accepted, due in ten weeks)."""
    defaults = {
        "round_id": application.round_id,
        "application_id": application.id,
        "person_id": seat.person_id,
        "funder_id": seat.funder_id,
        "state": AssignmentState.ACCEPTED,
        "method": "by hand",
        "due_at": NOW + timedelta(weeks=10),
        "offered_by_id": application.contact_id,
        "offered_at": NOW,
    }
    return _add(session, Assignment(**defaults | columns))


def a_review(
    session: Session,
    assignment: Assignment,
    marks: Mapping[Criterion, int | None],
    state: ReviewState = ReviewState.SUBMITTED,
    **columns: Any,
) -> Review:
    """Add a review with `marks`; None = abstained."""
    is_in = state is not ReviewState.DRAFT
    marked = [(criterion, mark) for criterion, mark in marks.items() if mark is not None]
    weight = sum(criterion.weight for criterion, _ in marked)
    defaults = {
        "assignment_id": assignment.id,
        "application_id": assignment.application_id,
        "person_id": assignment.person_id,
        "state": state,
        "confidence": 4,
        "started_at": NOW,
        "saved_at": NOW,
        "submitted_at": NOW if is_in else None,
        "last_number": 1 if is_in else 0,
        "mean_mark": sum(one.weight * mark for one, mark in marked) / weight if marked else None,
    }
    review = _add(session, Review(**defaults | columns))
    for criterion, mark in marks.items():
        _add(
            session,
            Score(
                review_id=review.id,
                criterion_id=criterion.id,
                mark=mark,
                is_abstained=mark is None,
                abstain_reason="Outside my field." if mark is None else "",
            ),
        )
    if is_in:
        assignment.state = AssignmentState.DONE
    return review


def a_conflict(session: Session, application_id: UUID, **columns: Any) -> Conflict:
    """A conflict of interest: declared and confirmed unless said otherwise."""
    defaults: dict[str, Any] = {
        "source": ConflictSource.DECLARED,
        "state": ConflictState.CONFIRMED,
        "recorded_at": NOW,
    }
    return _add(session, Conflict(application_id=application_id, **defaults | columns))


def an_award(
    session: Session,
    application: Application,
    parts: Mapping[UUID, int],
    state: AwardState = AwardState.ISSUED,
    **columns: Any,
) -> Decision:
    """Add a released award that funders (by id) pay together, in minor units."""
    defaults = {
        "round_id": application.round_id,
        "application_id": application.id,
        "kind": DecisionKind.AWARD,
        "state": DecisionState.RELEASED,
        "amount": sum(parts.values()),
        "decided_by_id": application.contact_id,
        "decided_at": NOW,
        "released_at": NOW,
    }
    decision = _add(session, Decision(**defaults | columns))
    for funder_id, amount in parts.items():
        approved = {"amount": amount, "state": ContributionState.APPROVED}
        _add(session, Contribution(decision_id=decision.id, funder_id=funder_id, **approved))
    _add(session, Award(decision_id=decision.id, state=state, issued_at=NOW))
    return decision
