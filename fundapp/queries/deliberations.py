"""The round under decision: its head, its funders' money, and what a reader may see of it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from fundapp.domain.embargoes import embargo_words
from fundapp.domain.errors import NotFound
from fundapp.domain.money import Money
from fundapp.domain.permissions import Actor, RoundFacts, bars, hides_applicants
from fundapp.domain.places import places_among
from fundapp.domain.prize_rules import prize_rules_from_data
from fundapp.domain.states import RoundKind, RoundState
from fundapp.models import Envelope, Funder, Office, PrizeRung, Ranking, Round
from fundapp.queries.barred import BarredPairs
from fundapp.queries.exchange_rates import own_money

BY_PAIRS = "bradley-terry"
"""The method of a ranking that was frozen from pairs."""


@dataclass(frozen=True)
class RoundHead:
    """The round above a board, with its newest frozen ranking (None while there is none).

    prizes: how many places the ladder of a prize round has. compares_pairs: whether judges also
    order entries pair by pair.
    """

    facts: RoundFacts
    reference: str
    title: str
    kind: RoundKind
    notice: str
    currency: str
    state: RoundState
    state_since: datetime
    announced_at: datetime | None
    time_zone: str
    seed: str
    prizes: int
    frozen: "FrozenRanking | None"
    compares_pairs: bool = False

    @property
    def id(self) -> UUID:
        """Return the round's id."""
        return self.facts.id

    @property
    def has_jury(self) -> bool:
        """Tell whether a jury meets, of which minutes are kept."""
        return self.kind is RoundKind.PRIZE or self.compares_pairs

    def embargo(self, now: datetime) -> str:
        """Say until when the results are under embargo, "" where they are not."""
        return embargo_words(self.state, self.announced_at, now, zone=self.time_zone)


@dataclass(frozen=True)
class FrozenRanking:
    """A stored ranking. places: application to its shared rank and its own position."""

    id: UUID
    method: str
    sha256: str
    frozen_at: datetime
    places: Mapping[UUID, tuple[int | None, int | None]]

    @property
    def is_by_pairs(self) -> bool:
        """Tell whether it was frozen from pairs, not from the rubric."""
        return self.method == BY_PAIRS

    def ranks_without(self, hidden: Collection[UUID]) -> dict[UUID, int]:
        """Return the shared ranks of those that a reader sees, counted among themselves."""
        ranks = {id_: rank for id_, (rank, _) in self.places.items() if rank is not None}
        return places_among(ranks, hidden=hidden)


@dataclass(frozen=True)
class FunderEnvelope:
    """One funder of the round and its money, in minor units.

    own: the envelope in its own currency, where that is not the round's. short: the first
    word of its name for narrow columns, its code where two share it.
    """

    funder_id: UUID
    name: str
    short: str
    code: str
    amount: int
    committed: int
    own: Money | None = None

    @property
    def left(self) -> int:
        """Return what is not committed yet."""
        return self.amount - self.committed


@dataclass(frozen=True)
class Seen:
    """What the reader of a board may not see: recused applications, names of applicants."""

    recused: frozenset[UUID] = frozenset()
    hide_identity: bool = False


def round_head(session: Session, round_id: UUID) -> tuple[RoundHead, tuple[FunderEnvelope, ...]]:
    """Return the round and its funders by their place. 2 statements. NotFound for no round."""
    newest = _newest_ranking(round_id).scalar_subquery()
    ladder = select(func.count()).where(PrizeRung.round_id == round_id).scalar_subquery()
    found: Any = session.execute(
        select(Round, Ranking, ladder)
        .outerjoin(Ranking, Ranking.id == newest)
        .where(Round.id == round_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such round.")
    round_, ranking, prizes = found
    funders = funder_envelopes(session, round_id)
    facts = RoundFacts(
        id=round_.id,
        state=round_.state,
        is_blind=round_.is_blind,
        peer_reviews=round_.peer_reviews,
        funder_ids=frozenset(funder.funder_id for funder in funders),
    )
    head = RoundHead(
        facts=facts,
        reference=round_.reference,
        title=round_.title,
        kind=round_.kind,
        notice=round_.notice,
        currency=round_.currency,
        state=round_.state,
        state_since=round_.state_since,
        announced_at=round_.announced_at,
        time_zone=round_.time_zone,
        seed=round_.seed,
        prizes=prizes,
        frozen=_frozen(ranking) if ranking is not None else None,
        compares_pairs=prize_rules_from_data(round_.prize_rules).compares_pairs,
    )
    return head, funders


def funder_envelopes(session: Session, round_id: UUID) -> tuple[FunderEnvelope, ...]:
    """Return the round's funders with their envelopes, by place. 1 statement."""
    rows = session.execute(
        select(
            *(Funder.id, Funder.name, Funder.code, Envelope.amount, Envelope.committed),
            *(Envelope.own_amount, Envelope.own_currency),
        )
        .join(Envelope, Envelope.funder_id == Funder.id)
        .where(Envelope.round_id == round_id)
        .order_by(Envelope.position, Envelope.id)
    ).all()
    first_words = Counter(_first_word(row.name) for row in rows)
    return tuple(
        FunderEnvelope(
            row.id,
            row.name,
            short=_first_word(row.name) if first_words[_first_word(row.name)] == 1 else row.code,
            code=row.code,
            amount=row.amount,
            committed=row.committed,
            own=own_money(row.own_amount, row.own_currency),
        )
        for row in rows
    )


def frozen_ranking(session: Session, round_id: UUID) -> FrozenRanking | None:
    """Return the newest frozen ranking of a round, None while there is none. 1 statement."""
    newest = _newest_ranking(round_id).scalar_subquery()
    ranking = session.scalar(select(Ranking).where(Ranking.id == newest))
    return None if ranking is None else _frozen(ranking)


def _newest_ranking(round_id: UUID) -> Select[UUID]:
    return (
        select(Ranking.id)
        .where(Ranking.round_id == round_id)
        .order_by(Ranking.frozen_at.desc(), Ranking.id)
        .limit(1)
    )


def _frozen(ranking: Ranking) -> FrozenRanking:
    return FrozenRanking(
        id=ranking.id,
        method=ranking.method,
        sha256=ranking.sha256,
        frozen_at=ranking.frozen_at,
        places={
            UUID(row["application_id"]): (row["rank"], row["position"]) for row in ranking.rows
        },
    )


def _first_word(name: str) -> str:
    return name.partition(" ")[0]


def officers_of(session: Session, funder_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return who speaks for each of the funders. 1 statement."""
    rows = session.execute(
        select(Office.funder_id, Office.person_id).where(Office.funder_id.in_(funder_ids))
    ).all()
    return {
        funder: frozenset(row.person_id for row in rows if row.funder_id == funder)
        for funder in funder_ids
    }


def seen_by(actor: Actor, head: RoundHead, barred: BarredPairs) -> Seen:
    """Return what this reader may not see of the round."""
    concerned = {application for application, _ in barred.people | barred.funders}
    return Seen(
        recused=frozenset(
            application
            for application in concerned
            if bars(
                actor,
                head.id,
                people={person for own, person in barred.people if own == application},
                funders={funder for own, funder in barred.funders if own == application},
            )
        ),
        hide_identity=hides_applicants(actor, head.facts),
    )
