"""Everything about one person, for themselves, as plain JSON-able values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from fundapp.models import (
    Application,
    Assignment,
    AuditEvent,
    Base,
    Bid,
    Conflict,
    DiscussionNote,
    Funder,
    Invitation,
    Membership,
    Nomination,
    Office,
    Organisation,
    OutboxMessage,
    PairJudgement,
    PanelSeat,
    Person,
    Rerun,
    Review,
    ReviewerProfile,
    ReviewVersion,
    Round,
    Score,
    SignIn,
)

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class _Part:
    """One list of the file: its name, table and columns, the joins, and whose rows it takes."""

    name: str
    table: type[Base]
    columns: Sequence[Column]
    joins: Sequence[tuple[Any, ColumnElement[bool]]]
    owner: Column
    is_by_address: bool = False


_PERSON = (
    Person.name,
    Person.email,
    Person.time_zone,
    Person.orcid,
    Person.is_administrator,
    Person.is_fund_manager,
    Person.email_confirmed_at,
    Person.created_at,
    Person.deletion_requested_at,
)
_OF_APPLICATION = (Application.reference, Application.title)

_PARTS = (
    _Part(
        "sign_ins",
        SignIn,
        (SignIn.started_at, SignIn.ended_at, SignIn.browser),
        (),
        SignIn.person_id,
    ),
    _Part(
        "memberships",
        Membership,
        (Membership.role, Membership.joined_at, Organisation.name),
        ((Organisation, Organisation.id == Membership.organisation_id),),
        Membership.person_id,
    ),
    _Part(
        "offices",
        Office,
        (Office.title, Office.since_at, Funder.name),
        ((Funder, Funder.id == Office.funder_id),),
        Office.person_id,
    ),
    _Part(
        "panel_seats",
        PanelSeat,
        (
            *(Round.reference, Round.title, PanelSeat.label, PanelSeat.review_load),
            *(PanelSeat.topics, PanelSeat.languages, PanelSeat.joined_at),
        ),
        ((Round, Round.id == PanelSeat.round_id),),
        PanelSeat.person_id,
    ),
    _Part(
        "reviewer_profile",
        ReviewerProfile,
        (ReviewerProfile.expertise, ReviewerProfile.languages, ReviewerProfile.changed_at),
        (),
        ReviewerProfile.person_id,
    ),
    _Part(
        "bids",
        Bid,
        (Application.reference, Bid.value, Bid.entered_at),
        ((Application, Application.id == Bid.application_id),),
        Bid.person_id,
    ),
    _Part(
        "pair_judgements",
        PairJudgement,
        (
            *(Round.reference, PairJudgement.left_id, PairJudgement.right_id),
            *(PairJudgement.verdict, PairJudgement.note, PairJudgement.judged_at),
        ),
        ((Round, Round.id == PairJudgement.round_id),),
        PairJudgement.person_id,
    ),
    _Part(
        "reruns",
        Rerun,
        (
            *(Round.reference, Rerun.verifier_name, Rerun.verifier_email, Rerun.state),
            *(Rerun.asked_at, Rerun.due_at, Rerun.delivered_at, Rerun.filename, Rerun.note),
        ),
        ((Round, Round.id == Rerun.round_id),),
        Rerun.verifier_id,
    ),
    _Part(
        "invitations",
        Invitation,
        (
            *(Invitation.kind, Invitation.name, Invitation.state, Invitation.note),
            *(Invitation.invited_at, Invitation.answered_at, Invitation.answer_note),
        ),
        (),
        Invitation.email,
        is_by_address=True,
    ),
    _Part(
        "nominations_as_maker",
        Nomination,
        (Nomination.title, Nomination.website, Nomination.state, Nomination.maker_name),
        (),
        Nomination.maker_email,
        is_by_address=True,
    ),
    _Part(
        "nominations_made",
        Nomination,
        (
            *(Nomination.title, Nomination.website, Nomination.reason, Nomination.maker_name),
            *(Nomination.maker_email, Nomination.nominator_name, Nomination.nominated_at),
        ),
        (),
        Nomination.nominator_email,
        is_by_address=True,
    ),
    _Part(
        "applications_as_contact",
        Application,
        (*_OF_APPLICATION, Application.state, Application.created_at, Application.submitted_at),
        (),
        Application.contact_id,
    ),
    _Part(
        "assignments",
        Assignment,
        (
            *(Application.reference, Assignment.state, Assignment.reason),
            *(Assignment.answer_note, Assignment.offered_at, Assignment.answered_at),
        ),
        ((Application, Application.id == Assignment.application_id),),
        Assignment.person_id,
    ),
    _Part(
        "conflicts",
        Conflict,
        (Application.reference, Conflict.source, Conflict.state, Conflict.note),
        ((Application, Application.id == Conflict.application_id),),
        Conflict.person_id,
    ),
    _Part(
        "reviews",
        Review,
        (
            *(Application.reference, Review.state, Review.confidence, Review.shared_comment),
            *(Review.private_comment, Review.recommended_amount, Review.saved_at),
        ),
        ((Application, Application.id == Review.application_id),),
        Review.person_id,
    ),
    _Part(
        "scores",
        Score,
        (Application.reference, Score.mark, Score.abstain_reason, Score.shared_comment),
        (
            (Review, Review.id == Score.review_id),
            (Application, Application.id == Review.application_id),
        ),
        Review.person_id,
    ),
    _Part(
        "review_versions",
        ReviewVersion,
        (ReviewVersion.number, ReviewVersion.content, ReviewVersion.submitted_at),
        ((Review, Review.id == ReviewVersion.review_id),),
        Review.person_id,
    ),
    _Part(
        "discussion_notes",
        DiscussionNote,
        (Application.reference, DiscussionNote.text, DiscussionNote.at),
        ((Application, Application.id == DiscussionNote.application_id),),
        DiscussionNote.person_id,
    ),
    _Part(
        "mails",
        OutboxMessage,
        (
            OutboxMessage.subject,
            OutboxMessage.state,
            OutboxMessage.queued_at,
            OutboxMessage.sent_at,
        ),
        (),
        OutboxMessage.to_address,
        is_by_address=True,
    ),
    _Part(
        "acts",
        AuditEvent,
        (AuditEvent.at, AuditEvent.event, AuditEvent.subject_kind),
        (),
        AuditEvent.actor_id,
    ),
)


def everything_about(session: Session, person_id: UUID) -> dict[str, Any]:
    """Return a person's account and one list per kind of data. 19 statements."""
    account = session.execute(select(*_PERSON).where(Person.id == person_id)).mappings().one()
    whole: dict[str, Any] = {"account": _plain_row(account)}
    for part in _PARTS:
        whole[part.name] = _list(
            session, part, account["email"] if part.is_by_address else person_id
        )
    return whole


def _list(session: Session, part: _Part, owner: object) -> list[dict[str, Any]]:
    labelled = [column.label(_label(part, column)) for column in part.columns]
    statement = select(*labelled).select_from(part.table).where(part.owner == owner)
    for table, condition in part.joins:
        statement = statement.join(table, condition)
    rows = session.execute(statement)
    return sorted((_plain_row(row) for row in rows.mappings()), key=str)


def _label(part: _Part, column: Column) -> str:
    """Name a joined column after its table too: organisation_name."""
    if column.class_ is part.table:
        return column.key
    return f"{column.class_.__tablename__}_{column.key}"


def _plain_row(row: Any) -> dict[str, Any]:
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value
