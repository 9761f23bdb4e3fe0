"""How far the reviewers of a round agree, and how strict each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.joint.evaluation.agreement import (
    SELECTED,
    Agreement,
    Coefficient,
    chance_of_belonging,
    reviews_needed,
)
from fundapp.joint.evaluation.evaluate import JointEvaluation
from fundapp.joint.evaluation.home_bias import HomeBias, fitted_home_bias
from fundapp.joint.evaluation.rank_correlation import kendall_tau
from fundapp.joint.evaluation.ranking import natural_frequency
from fundapp.models import Application, PanelSeat, Person
from fundapp.queries.agendas import FunderGap, funder_gap, ranked_by
from fundapp.queries.barred import BarredPairs
from fundapp.queries.deliberations import FunderEnvelope, RoundHead, Seen
from fundapp.queries.evaluation_inputs import reference_of
from fundapp.queries.funder_ranks import funder_ranks
from fundapp.queries.ranking_board import Board, RankedRow, board_of
from fundapp.queries.rankings import LiveRanking, live_ranking

WANTED = (0.7, 0.8, 0.9)
FEWEST_SHARED = 5
"""Under this many applications that two funders both marked, their orders are not compared."""

GAPS = 5
"""So many applications, at most, that funders rank furthest apart are listed."""


@dataclass(frozen=True)
class MarkingReviewer:
    """A reviewer by name or label. strictness: how far below the average they mark."""

    name: str
    funder: str
    reviews: int
    strictness: float | None
    low: float | None
    high: float | None
    flag: str


@dataclass(frozen=True)
class FunderOrders:
    """How alike two funders order what both marked: in how many of ten pairs. None: too few."""

    first: str
    second: str
    shared: int
    alike: float | None


@dataclass(frozen=True)
class Bridge:
    """A review that would join a part of the panel to the rest."""

    application_id: UUID
    reference: str
    title: str
    reviewer: str


@dataclass(frozen=True)
class AgreementPage:
    """The agreement of a round's reviewers, as its reader may see it.

    shares: of the spread of all marks, what lies between applications, between reviewers and in
    neither, from 0 to 1; empty where unknown. needed: how many reviews an application takes for
    each wanted agreement of the panel. belonging: the chance, in words, that what the money
    reaches is truly among the best, "" where unknown. weighing: the funders with own weights; if
    there are any, orders and gaps are by the weights of each, else by the funders' own reviewers.
    gaps: what funders rank furthest apart, the widest first. home_bias: None where no review is
    of an application in which the reviewer's funder has an interest.
    """

    head: RoundHead
    evaluation: JointEvaluation | None
    agreement: Agreement | None
    shares: tuple[tuple[str, float], ...]
    needed: tuple[tuple[float, float], ...]
    belonging: str
    reviewers: tuple[MarkingReviewer, ...]
    weighing: tuple[FunderEnvelope, ...]
    orders: tuple[FunderOrders, ...]
    gaps: tuple[tuple[RankedRow, FunderGap], ...]
    home_bias: HomeBias | None
    bridges: tuple[Bridge, ...]
    hides_names: bool

    @property
    def reach(self) -> float:
        """Return how far from the average the widest interval of strictness goes."""
        ends = [
            abs(end) for one in self.reviewers for end in (one.low, one.high) if end is not None
        ]
        return max(ends, default=1.0) or 1.0


def agreement_page(
    session: Session,
    head: RoundHead,
    funders: tuple[FunderEnvelope, ...],
    *,
    barred: BarredPairs,
    seen: Seen,
    reader: Actor,
    is_selection: bool = False,
    by_label: bool = False,
) -> AgreementPage:
    """Return the page; with `is_selection` agreement is refused. 7 statements.

    `by_label` leaves out the reviewers' names, whoever reads.
    """
    live = live_ranking(session, head.id, barred=barred, waits=False)
    evaluation = live.found.complete
    hides_names = by_label or (head.facts.is_blind and not reader.is_fund_manager)
    names = _names(session, head.id, is_blind=hides_names)
    board = board_of(live, head, funders, seen=seen)
    short = {funder.funder_id: funder.short for funder in funders}
    agreement = evaluation.agreement if evaluation else None
    if agreement is not None and is_selection:
        agreement = _refused(agreement)
    icc = agreement.icc_single.value if agreement else None
    return AgreementPage(
        head=head,
        evaluation=evaluation,
        agreement=agreement,
        shares=_shares(evaluation) if evaluation and not is_selection else (),
        needed=tuple(
            (wanted, found)
            for wanted in WANTED
            if icc is not None and (found := reviews_needed(icc, reliability=wanted)) is not None
        ),
        belonging=_belonging(live, agreement),
        reviewers=_reviewers(live, names, short),
        weighing=board.weighing,
        orders=_orders(live, funders),
        gaps=_gaps(board, short),
        home_bias=_home_bias(live, barred),
        bridges=_bridges(session, live, names, seen=seen),
        hides_names=hides_names,
    )


def _refused(agreement: Agreement) -> Agreement:
    nothing = Coefficient(None, None, None, SELECTED)
    return replace(
        agreement,
        icc_single=nothing,
        icc_consistency=nothing,
        icc_panel=nothing,
        krippendorff_alpha=None,
        standard_error=None,
        smallest_difference=None,
    )


def _names(session: Session, round_id: UUID, *, is_blind: bool) -> Mapping[str, str]:
    rows = session.execute(
        select(PanelSeat.person_id, PanelSeat.label, Person.name)
        .join(Person, Person.id == PanelSeat.person_id)
        .where(PanelSeat.round_id == round_id)
    )
    return {str(person): label if is_blind else name for person, label, name in rows}


def _shares(evaluation: JointEvaluation) -> tuple[tuple[str, float], ...]:
    found = evaluation.variance
    if found.application is None or found.residual is None:
        return ()
    parts = [("application", found.application), ("residual", found.residual)]
    if found.reviewer is not None:
        parts.insert(1, ("reviewer", found.reviewer))
    whole = sum(part for _, part in parts)
    return tuple((name, part / whole) for name, part in parts) if whole else ()


def _reviewers(
    live: LiveRanking, names: Mapping[str, str], short: Mapping[UUID, str]
) -> tuple[MarkingReviewer, ...]:
    """Return the reviewers, the strictest first, then by name."""
    evaluation = live.found.evaluation
    if evaluation is None:
        return ()
    funder_of = {one.reviewer: short.get(UUID(one.funder), "") for one in live.inputs.scores}
    rows = [
        MarkingReviewer(
            name=names.get(one.reviewer, "A former reviewer"),
            funder=funder_of.get(one.reviewer, ""),
            reviews=one.reviews,
            strictness=one.strictness,
            low=one.low,
            high=one.high,
            flag=one.flag,
        )
        for one in evaluation.reviewers
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.strictness or 0.0), row.name)))


def _orders(live: LiveRanking, funders: tuple[FunderEnvelope, ...]) -> tuple[FunderOrders, ...]:
    ranks = funder_ranks(live, funders)
    found = []
    for one, other in combinations(funders, 2):
        pairs = [
            (here[one.funder_id], here[other.funder_id])
            for here in ranks.values()
            if one.funder_id in here and other.funder_id in here
        ]
        tau = None
        if len(pairs) >= FEWEST_SHARED:
            first, second = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
            tau = kendall_tau(first, second)
        alike = None if tau is None else (1 + tau) / 2
        found.append(FunderOrders(one.short, other.short, len(pairs), alike))
    return tuple(found)


def _gaps(board: Board, short: Mapping[UUID, str]) -> tuple[tuple[RankedRow, FunderGap], ...]:
    ranked = ranked_by(board)
    found = [
        (row, gap)
        for row in board.seen
        if (gap := funder_gap(row, short, ranked)) and gap.worst_rank > gap.best_rank
    ]
    widest = sorted(found, key=lambda one: (-round(one[1].size, 9), one[0].reference))
    return tuple(widest[:GAPS])


def _belonging(live: LiveRanking, agreement: Agreement | None) -> str:
    """Return how likely what the money reaches belongs there; "" where all or nothing is."""
    evaluation = live.found.evaluation
    panel = agreement.icc_panel.value if agreement else None
    if evaluation is None or evaluation.fundable is None or panel is None:
        return ""
    share = evaluation.fundable / len(evaluation.rows)
    if share >= 1 or not 0 <= panel < 1:
        return ""
    return natural_frequency(chance_of_belonging(panel, share=share))


def _home_bias(live: LiveRanking, barred: BarredPairs) -> HomeBias | None:
    """Return the bias of reviewers whose own funder has an interest that was no conflict."""
    references = {row.id: reference_of(row) for row in live.inputs.applications}
    by_name = {
        (references[application], str(funder))
        for application, funder in barred.interests
        if application in references
    }
    interested = {
        (one.application, one.reviewer)
        for one in live.inputs.scores
        if (one.application, one.funder) in by_name
    }
    if not interested or live.found.computed is None:
        return None
    fitted = live.found.computed.fitted
    return fitted_home_bias(fitted.table, fitted.fits, interested)


def _bridges(
    session: Session, live: LiveRanking, names: Mapping[str, str], *, seen: Seen
) -> tuple[Bridge, ...]:
    evaluation = live.found.evaluation
    if evaluation is None or not evaluation.bridges:
        return ()
    wanted = [bridge.application for bridge in evaluation.bridges]
    rows = session.execute(
        select(Application.id, Application.reference, Application.title).where(
            Application.round_id == live.inputs.round_id, Application.reference.in_(wanted)
        )
    ).all()
    by_reference = {row.reference: row for row in rows if row.id not in seen.recused}
    return tuple(
        Bridge(row.id, row.reference, row.title, names.get(bridge.reviewer, ""))
        for bridge in evaluation.bridges
        if (row := by_reference.get(bridge.application))
    )
