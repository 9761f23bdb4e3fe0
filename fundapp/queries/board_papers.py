"""The row of a board paper, put together from the boards, as one reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.money import Money
from fundapp.domain.permissions import Actor
from fundapp.domain.round_files import RoundFileKind, why_not_yet
from fundapp.joint.evaluation.ranking import Band
from fundapp.queries.agendas import AgendaItem, joint_agenda
from fundapp.queries.agreements import agreement_page
from fundapp.queries.barred import barred_pairs
from fundapp.queries.board_agreements import agreement_part
from fundapp.queries.board_by_pairs import board_by_pairs
from fundapp.queries.board_paper_rows import (
    MOST_DISCUSSED,
    BoardPaper,
    Doubt,
    DrawPart,
    Ends,
    Gap,
    RankedLine,
    TalkItem,
)
from fundapp.queries.board_proposals import board_funders, board_proposal, plan_to_show
from fundapp.queries.decisions import decision_room
from fundapp.queries.deliberations import FunderEnvelope, Seen, round_head, seen_by
from fundapp.queries.document_rows import FundIdentity, SharedComment
from fundapp.queries.lotteries import StoredLottery, lotteries_of
from fundapp.queries.panel_views import panel_views
from fundapp.queries.ranking_board import Board, RankedRow
from fundapp.queries.rankings import live_ranking

NO_REVIEW = "No review of this round is in, so there is nothing to put before the board."


@dataclass(frozen=True, kw_only=True)
class Making:
    """How a paper is made: for whom and when, and what state of the round's data it tells."""

    reader: Actor
    reader_name: str
    fund: FundIdentity
    made_at: datetime
    changed_at: datetime | None = None
    state_sha256: str = ""


def board_paper(session: Session, round_id: UUID, making: Making) -> BoardPaper:
    """Return the paper of a round. 50 statements at most; seconds for a large round.

    Raises WrongState with a sentence before deliberation and without a review.
    """
    head, funders = round_head(session, round_id)
    if too_early := why_not_yet(RoundFileKind.BOARD_PAPER, head.state):
        raise WrongState(too_early)
    barred = barred_pairs(session, round_id)
    seen = seen_by(making.reader, head, barred)
    # Evaluated here and found in memory by all that follows.
    if live_ranking(session, round_id, barred=barred).found.evaluation is None:
        raise WrongState(NO_REVIEW)
    agenda = joint_agenda(session, head, funders, barred=barred, seen=seen)
    found = agreement_page(
        session, head, funders, barred=barred, seen=seen, reader=making.reader, by_label=True
    )
    room = decision_room(session, head, funders, barred=barred, seen=seen)
    plan = plan_to_show(session, room)
    board, currency = board_by_pairs(agenda.board), head.currency
    return BoardPaper(
        reference=f"{head.reference}-BOARD",
        version=1,
        language="en",
        issued_at=making.made_at,
        notice=head.notice,
        fund=making.fund,
        round_reference=head.reference,
        round_title=head.title,
        kind=head.kind,
        state=head.state,
        made_for=making.reader_name,
        is_blind=head.facts.is_blind,
        hides_applicants=seen.hide_identity,
        funders=board_funders(room, plan),
        weighing=tuple(one.short for one in board.weighing),
        ranking=tuple(
            _line(row, funders, currency) for row in board.seen if row.marks and row.marks.rank
        ),
        unranked=tuple(
            f"{row.reference} {row.title}"
            for row in board.seen
            if not (row.marks and row.marks.rank)
        ),
        recused=len(board.rows) - len(board.seen),
        reviews=board.reviews,
        reviewers=len(found.reviewers),
        inside=board.inside,
        prizes=head.prizes,
        cut=board.cut,
        axis=board.axis,
        proposal=board_proposal(room, plan),
        items=_items(session, board, agenda.items, funders=funders),
        agreement=agreement_part(found),
        draws=tuple(_draw(one, seen) for one in lotteries_of(session, round_id)),
        method=head.frozen.method if head.frozen else board.method,
        ranking_sha256=head.frozen.sha256 if head.frozen else "",
        frozen_at=head.frozen.frozen_at if head.frozen else None,
        is_stale=board.is_stale,
        changed_at=making.changed_at,
        state_sha256=making.state_sha256,
    )


def _line(row: RankedRow, funders: Sequence[FunderEnvelope], currency: str) -> RankedLine:
    marks = row.marks
    model = marks.evaluated if marks else None
    return RankedLine(
        place=marks.rank if marks else None,
        reference=row.reference,
        title=row.title,
        organisation=row.organisation,
        requested=None if row.amount_requested is None else Money(row.amount_requested, currency),
        mark=marks.aggregated_score if marks else None,
        reviews=marks.reviews if marks else 0,
        chance=row.chance,
        likely=row.likely,
        band=row.band.value if row.band else "",
        is_inside=row.is_inside,
        doubt=Doubt(
            estimate=model.estimate,
            low50=model.low50,
            high50=model.high50,
            low=model.low,
            high=model.high,
            raw=marks.raw_score if marks else None,
        )
        if model
        else None,
        ranks=tuple(row.funder_ranks.get(one.funder_id) for one in funders),
        far=tuple(one.funder_id in row.far_from for one in funders),
    )


def _items(
    session: Session,
    board: Board,
    agenda: Sequence[AgendaItem],
    *,
    funders: Sequence[FunderEnvelope],
) -> tuple[TalkItem, ...]:
    head, rows = board.head, {row.id: row for row in board.rows}
    placed = [
        replace(item, row=rows[item.row.id], is_close=rows[item.row.id].band is Band.CLOSE)
        for item in agenda
    ]
    # What the meeting must settle comes first; then what is only disputed.
    items = sorted((one for one in placed if one.reasons), key=lambda item: not item.is_close)
    told = [item.row.id for item in items[:MOST_DISCUSSED]]
    comments = panel_views(
        session, head.id, seed=head.seed, application_ids=told, funded=()
    ).comments
    return tuple(_item(item, comments, funders=funders, currency=head.currency) for item in items)


def _item(
    item: AgendaItem,
    comments: Mapping[UUID, tuple[SharedComment, ...]],
    *,
    funders: Sequence[FunderEnvelope],
    currency: str,
) -> TalkItem:
    marks = item.row.marks
    return TalkItem(
        line=_line(item.row, funders, currency),
        is_close=item.is_close,
        is_far=item.is_far,
        is_wide=item.is_wide,
        lowest=marks.lowest if marks else None,
        highest=marks.highest if marks else None,
        funders=Gap(**vars(item.funders)) if item.funders else None,
        criterion=Ends(**vars(item.criterion)) if item.criterion else None,
        comments=comments.get(item.row.id, ()),
    )


def _draw(lottery: StoredLottery, seen: Seen) -> DrawPart:
    closed = {name for name, id_ in lottery.applications.items() if id_ in seen.recused}
    draw = lottery.draw
    return DrawPart(
        places=lottery.frozen.select,
        chances=lottery.drawn_count,
        source=lottery.source,
        commitment=lottery.commitment,
        frozen_at=lottery.frozen_at,
        won=tuple(name for name in draw.won if name not in closed) if draw else None,
        drawn_at=draw.drawn_at if draw else None,
    )
