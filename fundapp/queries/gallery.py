"""Entries whose makers agreed to be shown: in the gallery, and in a public vote before it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from fundapp.domain.applications import TITLE_CODE
from fundapp.domain.embargoes import is_public
from fundapp.domain.errors import NotFound
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.questions import TEXT_KINDS
from fundapp.domain.states import ApplicationState, AwardState, DecisionState, RoundState
from fundapp.models import (
    Application,
    Attachment,
    Award,
    Decision,
    EvidenceReading,
    Organisation,
    PrizeRung,
    Round,
    SubmittedVersion,
)
from fundapp.queries.publication import public_name
from fundapp.queries.submitted import SubmittedSection, submitted_sections

SHOWN_STATES = (
    ApplicationState.SUBMITTED,
    ApplicationState.UNDER_REVIEW,
    ApplicationState.AWARDED,
    ApplicationState.DECLINED,
    ApplicationState.RESERVED,
)
"""Not what is a draft, ineligible or withdrawn."""

CHANGEABLE_STATES = frozenset({ApplicationState.DRAFT, *SHOWN_STATES})
IN_FORCE = (AwardState.ISSUED, AwardState.ACCEPTED)
MOST_ENTRIES = 500
LONGEST_SUMMARY = 400
MOST_LOGS = 6
MOST_METRICS = 3


@dataclass(frozen=True)
class GalleryChoice:
    """Whether an entry is shown. is_asked: the round has a gallery or a vote."""

    in_gallery: bool
    is_asked: bool
    may_change: bool


def gallery_choice(session: Session, application_id: UUID, *, now: datetime) -> GalleryChoice:
    """Return what an applicant chose, and whether it may still be changed. 1 statement."""
    application, round_ = session.execute(
        select(Application, Round)
        .join(Round, Round.id == Application.round_id)
        .where(Application.id == application_id)
    ).one()
    rules = prize_rules_from_data(round_.prize_rules)
    is_told = is_public(round_.state, round_.announced_at, now)
    may_change = (
        application.state in CHANGEABLE_STATES
        and not is_told
        and round_.state is not RoundState.CANCELLED
    )
    is_asked = rules.has_gallery or rules.votes_open_at is not None
    return GalleryChoice(application.in_gallery, is_asked, may_change)


@dataclass(frozen=True)
class ShownLog:
    """The facts of one log that everybody may read; "" and None for what it does not say."""

    task: str
    model: str
    dataset: str
    samples_scored: int | None
    metrics: tuple[tuple[str, float, float | None], ...]


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """An entry as everybody may see it. Before the results are public it has no maker, prize
    and logs.

    award_reference: of the public award, "" for none.
    """

    id: UUID
    title: str
    summary: str
    organisation: str = ""
    prize: str = ""
    award_reference: str = ""
    logs: tuple[ShownLog, ...] = ()


@dataclass(frozen=True)
class ShownRound:
    """A prize round with the entries that are shown; winners first once its results are public."""

    id: UUID
    reference: str
    title: str
    notice: str
    is_told: bool
    votes_open_at: datetime | None
    votes_close_at: datetime | None
    has_gallery: bool
    entries: tuple[ShownEntry, ...]

    def takes_votes(self, now: datetime) -> bool:
        """Tell whether the vote is open."""
        opens, closes = self.votes_open_at, self.votes_close_at
        return opens is not None and closes is not None and opens <= now < closes


def gallery_of(session: Session, reference: str, *, now: datetime) -> ShownRound:
    """Return the gallery of a round. 4 statements. NotFound until its results are public."""
    round_ = _round(session, reference)
    rules = prize_rules_from_data(round_.prize_rules)
    if not rules.has_gallery or not is_public(round_.state, round_.announced_at, now):
        raise NotFound("There is no gallery of this round, or not yet.")
    rows = _entries(session, round_.id)
    logs = _logs(session, [row.Application.id for row in rows])
    winners = [_told(row, logs) for row in rows if row.Award is not None]
    others = sorted(
        (_told(row, logs) for row in rows if row.Award is None),
        key=lambda entry: (entry.title.casefold(), str(entry.id)),
    )
    return _shown(round_, (*winners, *others), is_told=True)


def vote_page(session: Session, reference: str, *, now: datetime) -> ShownRound:
    """Return what a round's public vote is about, by title. 3 statements.

    NotFound for a round without a vote, and before it opens: then nobody knows the entries. Until
    the results are public only titles and short texts are told, never who made an entry.
    """
    round_ = _round(session, reference)
    rules = prize_rules_from_data(round_.prize_rules)
    if rules.votes_open_at is None or now < rules.votes_open_at:
        raise NotFound("There is no public vote in this round, or it has not begun.")
    entries = sorted(
        (_untold(row) for row in _entries(session, round_.id)),
        key=lambda entry: (entry.title.casefold(), str(entry.id)),
    )
    is_told = is_public(round_.state, round_.announced_at, now)
    return _shown(round_, tuple(entries), is_told=is_told)


def _round(session: Session, reference: str) -> Round:
    round_ = session.scalar(
        select(Round).where(
            Round.reference == reference,
            Round.state.not_in((RoundState.DRAFT, RoundState.CANCELLED)),
        )
    )
    if round_ is None:
        raise NotFound("There is no round with this reference.")
    return round_


def _entries(session: Session, round_id: UUID) -> Sequence[Any]:
    return session.execute(
        select(
            Application,
            SubmittedVersion.content,
            PrizeRung.title.label("prize"),
            Award,
            public_name().label("named"),
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(
            SubmittedVersion,
            and_(
                SubmittedVersion.application_id == Application.id,
                SubmittedVersion.number == Application.last_version,
            ),
        )
        .outerjoin(
            Decision,
            and_(
                Decision.application_id == Application.id,
                Decision.state == DecisionState.RELEASED,
            ),
        )
        .outerjoin(Award, and_(Award.decision_id == Decision.id, Award.state.in_(IN_FORCE)))
        .outerjoin(PrizeRung, PrizeRung.id == Decision.prize_rung_id)
        .where(
            Application.round_id == round_id,
            Application.in_gallery,
            Application.number.is_not(None),
            Application.state.in_(SHOWN_STATES),
        )
        .order_by(PrizeRung.position, Application.number, Application.id)
        .limit(MOST_ENTRIES)
    ).all()


def _untold(row: Any) -> ShownEntry:
    return ShownEntry(id=row.Application.id, title=row.Application.title, summary=_summary(row))


def _told(row: Any, logs: Mapping[UUID, tuple[ShownLog, ...]]) -> ShownEntry:
    is_winner = row.Award is not None
    return ShownEntry(
        id=row.Application.id,
        title=row.Application.title,
        summary=_summary(row),
        organisation=row.named,
        prize=(row.prize or "") if is_winner else "",
        award_reference=(row.Application.reference or "") if is_winner else "",
        logs=logs.get(row.Application.id, ()),
    )


def _summary(row: Any) -> str:
    """Return the first text beside the title, without what identifies its writers."""
    texts = _texts(submitted_sections(row.content or {}, hide_identity=True))
    text = " ".join(next(texts, "").split())
    if len(text) <= LONGEST_SUMMARY:
        return text
    return text[:LONGEST_SUMMARY].rsplit(" ", 1)[0] + " …"


def _texts(sections: Sequence[SubmittedSection]) -> Iterator[str]:
    for section in sections:
        for answer in section.answers:
            if answer.kind in TEXT_KINDS and answer.text and answer.code != TITLE_CODE:
                yield answer.text


def _logs(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[ShownLog, ...]]:
    """Return the facts of logs by entry: never of a sensitive file, and nothing of its samples."""
    rows = session.execute(
        select(Attachment.application_id, EvidenceReading.logs)
        .join(EvidenceReading, EvidenceReading.sha256 == Attachment.sha256)
        .where(
            Attachment.application_id.in_(ids),
            Attachment.removed_at.is_(None),
            Attachment.is_sensitive.is_(False),
        )
        .order_by(Attachment.application_id, Attachment.added_at, Attachment.id)
    )
    found: dict[UUID, list[ShownLog]] = {}
    for application_id, logs in rows:
        known = found.setdefault(application_id, [])
        known += [_log(log) for log in logs if not log.get("error")]
    return {id_: tuple(logs[:MOST_LOGS]) for id_, logs in found.items()}


def _log(log: Mapping[str, Any]) -> ShownLog:
    return ShownLog(
        task=log["task"] or "",
        model=log["model"] or "",
        dataset=log["dataset"] or "",
        samples_scored=log["samples_scored"],
        metrics=tuple(
            (row["name"], row["value"], row["stderr"])
            for row in log["metrics"]
            if row["value"] is not None
        )[:MOST_METRICS],
    )


def _shown(round_: Round, entries: tuple[ShownEntry, ...], *, is_told: bool) -> ShownRound:
    rules = prize_rules_from_data(round_.prize_rules)
    return ShownRound(
        id=round_.id,
        reference=round_.reference,
        title=round_.title,
        notice=round_.notice,
        is_told=is_told,
        votes_open_at=rules.votes_open_at,
        votes_close_at=rules.votes_close_at,
        has_gallery=rules.has_gallery,
        entries=entries,
    )
