"""The draw of a round: what it would be, freezing its list, drawing."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, WrongState
from fundapp.domain.permissions import Action, may
from fundapp.domain.states import RoundState
from fundapp.extensions import db
from fundapp.joint.lottery.partial_lottery import Lottery as Chances
from fundapp.queries.barred import barred_pairs
from fundapp.queries.deliberations import RoundHead, Seen, round_head, seen_by
from fundapp.queries.lotteries import StoredLottery, lotteries_of
from fundapp.queries.lottery_plans import DrawInputs, draw_inputs
from fundapp.services import lotteries
from fundapp.web.access import current_actor, demand
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.lotteries import DrawForm, FreezeForm
from fundapp.web.installation import now
from fundapp.web.transactions import begin_writing, reads_first

blueprint = Blueprint("lotteries", __name__)


@dataclass(frozen=True)
class LotteryPage:
    """What the page shows: what could be drawn, and what was frozen or drawn."""

    head: RoundHead
    inputs: DrawInputs
    stored: tuple[StoredLottery, ...]
    seen: Seen
    may_draw: bool

    @property
    def newest(self) -> StoredLottery | None:
        """Return the list that counts."""
        return self.stored[0] if self.stored else None

    @property
    def is_concerned(self) -> bool:
        """Tell whether the reader has a conflict of interest in the draw."""
        concerned = {candidate.id for candidate in self.inputs.candidates}
        if self.newest:
            concerned |= set(self.newest.applications.values())
        return bool(concerned & self.seen.recused)


@blueprint.get("/rounds/<uuid:round_id>/lottery")
def show_lottery(round_id: UUID) -> str:
    """The draw as it would be, as it is frozen, or as it went."""
    page = _page(round_id)
    places = request.args.get("places", page.inputs.places, type=int)
    return _shown(page, FreezeForm(formdata=None), DrawForm(formdata=None), places=places)


@blueprint.post("/rounds/<uuid:round_id>/lottery/freeze")
@reads_first
def freeze(round_id: UUID) -> ResponseReturnValue:
    """Freeze the list; its hash is public from then on."""
    actor = demand(Action.DECIDE)
    form = FreezeForm()
    page = _page(round_id)
    try:
        is_whole = form.validate()
        places, known_on = form.read()
        if is_whole:
            if not page.inputs.obstacle:
                page.inputs.planned(places)  # slow, so before the transaction writes
            begin_writing()
            lotteries.freeze_lottery(
                db.session(),
                round_id,
                places=places,
                source=form.source.data or "",
                known_on=known_on,
                ranking=form.ranking.data or "",
                actor=actor,
                now=now(),
            )
            flash("The list is frozen, and its fingerprint is public.")
            return redirect(url_for("lotteries.show_lottery", round_id=round_id), code=303)
    except InvalidInput as error:
        db.session.rollback()
        show_problems(form, error)
        places = page.inputs.places
    return _shown(page, form, DrawForm(formdata=None), places=places), 422


@blueprint.post("/rounds/<uuid:round_id>/lottery/draw")
def draw(round_id: UUID) -> ResponseReturnValue:
    """Draw with the value that has become public."""
    actor = demand(Action.DECIDE)
    form = DrawForm()
    if form.validate():
        value = form.public_value.data or ""
        lotteries.draw_lottery(db.session(), round_id, public_value=value, actor=actor, now=now())
        flash("Drawn. The decisions can be entered now.")
        return redirect(url_for("lotteries.show_lottery", round_id=round_id), code=303)
    page = _page(round_id)
    return _shown(page, FreezeForm(formdata=None), form, places=page.inputs.places), 422


def _page(round_id: UUID) -> LotteryPage:
    session = db.session()
    head, funders = round_head(session, round_id)
    actor = demand(Action.VIEW_RANKING, head.facts)
    return LotteryPage(
        head=head,
        inputs=draw_inputs(session, head, funders),
        stored=lotteries_of(session, round_id),
        seen=seen_by(actor, head, barred_pairs(session, round_id)),
        may_draw=bool(may(current_actor(), Action.DECIDE, head.facts))
        and head.state is RoundState.DELIBERATING,
    )


def _shown(page: LotteryPage, freeze_form: FreezeForm, draw_form: DrawForm, *, places: int) -> str:
    chances, problem = _chances(page, places)
    return render_template(
        "lotteries/round.html",
        page=page,
        head=page.head,
        inputs=page.inputs,
        stored=page.newest,
        candidates={candidate.reference: candidate for candidate in page.inputs.candidates},
        chances=chances,
        problem=problem,
        places=places,
        freeze_form=freeze_form,
        draw_form=draw_form,
        today=now().date(),
        banner=page.head.notice,
    )


def _chances(page: LotteryPage, places: int) -> tuple[Chances | None, str]:
    """Return the chances where they are quick to work out, and why there are none."""
    is_drawn = page.newest is not None and page.newest.draw is not None
    if page.inputs.obstacle or is_drawn or not page.inputs.is_small:
        return None, page.inputs.obstacle
    try:
        chances = page.inputs.planned(places)
    except WrongState as error:
        return None, str(error)
    return chances, "" if any(entry.is_drawn for entry in chances.entries) else chances.reason
