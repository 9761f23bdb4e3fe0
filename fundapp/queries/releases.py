"""What releasing a round's decisions would do: letters, mails, and what stands in the way."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.reruns import rerun_hindrance, wants_reruns
from fundapp.domain.states import (
    DECIDABLE_APPLICATION_STATES,
    ApplicationState,
    ContributionState,
    DecisionKind,
    DecisionState,
    RerunState,
    RoundState,
)
from fundapp.models import (
    Application,
    Contribution,
    Decision,
    Funder,
    Organisation,
    Person,
    Rerun,
    Round,
)
from fundapp.queries.reruns import newest_first


@dataclass(frozen=True)
class ReadyLetter:
    """One decision to be told: whose, what, and to whom the mail goes.

    rerun: how the re-run of a provisional winner came out, None where there was none.
    """

    application_id: UUID
    reference: str
    title: str
    organisation: str
    kind: DecisionKind
    amount: int | None
    mail_to: str
    rerun: RerunState | None = None


@dataclass(frozen=True)
class Hindrance:
    """Something to settle before the release, with the application it concerns."""

    application_id: UUID
    reference: str
    sentence: str


@dataclass(frozen=True)
class ReleasePreview:
    """What will happen.

    Before the first release every hindrance stops it; afterwards (promotions from the
    reserve list) what is ready can go on its own.
    """

    letters: tuple[ReadyLetter, ...]
    hindrances: tuple[Hindrance, ...]
    is_first: bool

    @property
    def is_possible(self) -> bool:
        """Tell whether the release can be made now."""
        return bool(self.letters) and not (self.is_first and self.hindrances)

    @property
    def counts(self) -> Mapping[DecisionKind, int]:
        """Return how many letters there are of each kind."""
        return {kind: sum(row.kind is kind for row in self.letters) for kind in DecisionKind}


def release_preview(session: Session, round_id: UUID, *, state: RoundState) -> ReleasePreview:
    """Return what a release of the round in `state` would do. 2 statements."""
    parts = _open_parts(session, round_id)
    letters, hindrances = [], []
    for application, decision, organisation, contact, round_, rerun in _rows(session, round_id):
        if application.state not in DECIDABLE_APPLICATION_STATES:
            continue
        if application.state is ApplicationState.RESERVED and (
            decision is None or decision.state is DecisionState.RELEASED
        ):
            continue
        found = _hindrance(decision, parts), _unverified(decision, round_, rerun)
        sentence = " ".join(one for one in found if one)
        if sentence:
            hindrances.append(Hindrance(application.id, application.reference or "", sentence))
            continue
        letters.append(
            ReadyLetter(
                application_id=application.id,
                reference=application.reference or "",
                title=application.title,
                organisation=organisation,
                kind=decision.kind,
                amount=decision.amount,
                mail_to=contact,
                rerun=rerun if decision.kind is DecisionKind.AWARD else None,
            )
        )
    return ReleasePreview(
        letters=tuple(letters),
        hindrances=tuple(hindrances),
        is_first=state is RoundState.DELIBERATING,
    )


def _rows(session: Session, round_id: UUID) -> Any:
    rerun = (
        select(Rerun.state)
        .where(
            Rerun.application_id == Application.id,
            Rerun.state != RerunState.WITHDRAWN,
        )
        .order_by(*newest_first())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    return session.execute(
        select(Application, Decision, Organisation.name, Person.email, Round, rerun)
        .join(Round, Round.id == Application.round_id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Person, Person.id == Application.contact_id)
        .where(Application.round_id == round_id)
        .order_by(Application.number, Application.id)
    )


def _open_parts(
    session: Session, round_id: UUID
) -> Mapping[UUID, list[tuple[ContributionState, str]]]:
    rows = session.execute(
        select(Contribution.decision_id, Contribution.state, Funder.name)
        .join(Decision, Decision.id == Contribution.decision_id)
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(
            Decision.round_id == round_id,
            Decision.state == DecisionState.PENDING,
            Contribution.state != ContributionState.APPROVED,
        )
        .order_by(Funder.name, Funder.id)
    )
    found: dict[UUID, list[tuple[ContributionState, str]]] = defaultdict(list)
    for decision_id, state, funder in rows:
        found[decision_id].append((state, funder))
    return found


def _hindrance(
    decision: Decision | None, parts: Mapping[UUID, list[tuple[ContributionState, str]]]
) -> str:
    if decision is None:
        return "No decision yet."
    refused = [name for state, name in parts.get(decision.id, ()) if _is_refused(state)]
    if refused:
        return f"{' and '.join(refused)} refused. Enter the decision anew."
    waiting = [name for _, name in parts.get(decision.id, ())]
    has = "has" if len(waiting) == 1 else "have"
    return f"{' and '.join(waiting)} {has} not approved yet." if waiting else ""


def _unverified(decision: Decision | None, round_: Round, rerun: RerunState | None) -> str:
    """Say why a provisional winner of a round with re-runs cannot be told yet."""
    is_award = decision is not None and decision.kind is DecisionKind.AWARD
    return rerun_hindrance(rerun) if is_award and _wants(round_) else ""


def _wants(round_: Round) -> bool:
    return wants_reruns(round_.kind, round_.prize_rules)


def _is_refused(state: ContributionState) -> bool:
    return state is ContributionState.REFUSED
