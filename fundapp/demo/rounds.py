"""Steps that every round of the demo takes, whoever made it and whatever is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo.cast import FUNDERS, MANAGER, FunderPart
from fundapp.demo.joining import gain_sentence, joint_gains
from fundapp.demo.stage import Stage
from fundapp.demo.weighing import weigh_by_own_lights
from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.rounds import settings_from_template
from fundapp.domain.states import (
    ApplicationState,
    ContributionState,
    RoundKind,
    RoundState,
)
from fundapp.domain.templates.shape import RoundTemplate
from fundapp.models import Application, Contribution, Decision, Round
from fundapp.services.allocation_drafts import draft_plan
from fundapp.services.allocation_plans import enter_plan, read_inputs, store_plan
from fundapp.services.allocation_questions import WhatIf
from fundapp.services.announcements import announce_round
from fundapp.services.assignment_plans import apply_plan, propose_assignments
from fundapp.services.contributions import approve_contribution, approve_shown, ask_for_word
from fundapp.services.decisions import apply_proposal
from fundapp.services.exchange_rates import rates_stamp, set_exchange_rates
from fundapp.services.panels import seat_reviewer
from fundapp.services.rankings import freeze_ranking
from fundapp.services.releases import release_decisions
from fundapp.services.round_money import set_envelope
from fundapp.services.rounds import advance_round, create_round, open_round
from fundapp.services.screening import check_many


@dataclass(frozen=True, kw_only=True)
class RoundPart:
    """One round of the demo: days are counted from the opening day, sums in minor units.

    has_own_weights: its funders weigh the criteria by their own lights. rates: its other
    currencies. gives_in: the currency of an envelope that is not in the round's, by funder.
    """

    key: str
    template: RoundTemplate
    notice: str
    opens: int
    closes: int
    reviews_due: int
    decides: int
    envelopes: Mapping[str, int]
    title: str = ""
    source_note: str = ""
    has_own_weights: bool = False
    rates: tuple[ExchangeRate, ...] = ()
    gives_in: Mapping[str, str] = field(default_factory=dict)
    takes_bids: bool = False
    needs_signatures: bool = False


def open_the_call(stage: Stage, part: RoundPart) -> str:
    """Make the round from its template, give it money, and open it."""
    settings = settings_from_template(part.template)
    settings = replace(
        settings,
        title=part.title or part.template.title,
        notice=part.notice,
        source_note=part.source_note,
        takes_bids=part.takes_bids,
        needs_signatures=part.needs_signatures,
        programme="Demonstration",
        opens_at=stage.now,
        closes_at=stage.at(part.closes).replace(hour=15, minute=0, second=0),
        reviews_due_at=stage.at(part.reviews_due).replace(hour=15, minute=0, second=0),
        decides_on=stage.at(part.decides).date(),
    )
    with stage.transaction() as session:
        manager = stage.actor(session, MANAGER)
        round_ = create_round(
            session,
            settings,
            template=part.template,
            prefix=stage.config.reference_prefix,
            actor=manager,
            now=stage.now,
            seed=f"{part.key} of the demo",
        )
        if part.rates:
            set_exchange_rates(
                session, round_.id, part.rates, version=rates_stamp(()), actor=manager,
                now=stage.now,
            )  # fmt: skip
        for code, amount in part.envelopes.items():
            set_envelope(
                session,
                round_.id,
                stage.funders[code],
                amount=amount,
                currency=part.gives_in.get(code, ""),
                actor=manager,
                now=stage.now,
            )
        if part.has_own_weights:
            weigh_by_own_lights(session, stage, round_.id, funders=part.envelopes)
        open_round(session, round_.id, actor=manager, now=stage.now)
        stage.rounds[part.key] = round_.id
        return f"{round_.reference} opens: {round_.title}."


def close_the_call(stage: Stage, key: str) -> str:
    """Close the call and find every application eligible."""
    with stage.transaction() as session:
        manager = stage.actor(session, MANAGER)
        round_id = stage.rounds[key]
        round_ = advance_round(
            session, round_id, RoundState.SCREENING, actor=manager, now=stage.now
        )
        ids = list(
            session.scalars(
                select(Application.id)
                .where(
                    Application.round_id == round_id,
                    Application.state == ApplicationState.SUBMITTED,
                )
                .order_by(Application.number)
            )
        )
        check_many(session, ids, is_eligible=True, reason="", actor=manager, now=stage.now)
        return f"{round_.reference} closes with {len(ids)} applications, all of them eligible."


def seat(stage: Stage, key: str, reviewers: Mapping[str, str], *, load: int) -> str:
    """Seat people of the cast (name to funder code) on the panel."""
    with stage.transaction() as session:
        manager = stage.actor(session, MANAGER)
        for name, funder in reviewers.items():
            seat_reviewer(
                session,
                stage.rounds[key],
                person_id=stage.people[name],
                funder_id=stage.funders[funder],
                review_load=load,
                actor=manager,
                now=stage.now,
            )
    return f"{len(reviewers)} reviewers take their seats."


def assign_automatically(stage: Stage, key: str) -> str:
    """Let the assigner propose, apply its plan, and begin reviewing."""
    with stage.transaction() as session:
        manager = stage.actor(session, MANAGER)
        plan = propose_assignments(session, stage.rounds[key], actor=manager, now=stage.now)
        applied = apply_plan(session, plan.id, actor=manager, now=stage.now)
        missing = f" {len(plan.shortfalls)} shortfalls." if plan.shortfalls else ""
    begin_reviewing(stage, key)
    return f"The assigner asks for {len(applied.assignments)} reviews.{missing}"


def begin_reviewing(stage: Stage, key: str) -> None:
    """Move the round on, so that reviews can be written."""
    with stage.transaction() as session:
        advance_round(
            session,
            stage.rounds[key],
            RoundState.REVIEWING,
            actor=stage.actor(session, MANAGER),
            now=stage.now,
        )


def end_reviewing(stage: Stage, key: str) -> None:
    """Move the round on to its decisions and freeze the ranking."""
    with stage.transaction() as session:
        manager, round_id = stage.actor(session, MANAGER), stage.rounds[key]
        advance_round(session, round_id, RoundState.DELIBERATING, actor=manager, now=stage.now)
        freeze_ranking(session, round_id, actor=manager, now=stage.now)


def end_and_decide(stage: Stage, key: str, *, reserves: int = 0) -> str:
    """End reviewing, freeze the ranking and decide."""
    end_reviewing(stage, key)
    return f"The ranking is frozen. {decide(stage, key, reserves=reserves)}"


def decide(stage: Stage, key: str, *, reserves: int = 0) -> str:
    """Enter a plan of who pays what, or the proposal of the prizes."""
    with stage.transaction() as session:
        manager, round_id = stage.actor(session, MANAGER), stage.rounds[key]
        if session.get_one(Round, round_id).kind is RoundKind.GRANT:
            return _enter_plan(session, stage, round_id, reserves=reserves)
        decisions = apply_proposal(
            session, round_id, reserves=reserves, actor=manager, now=stage.now
        )
        awards = sum(decision.amount is not None for decision in decisions)
    return f"{awards} of {len(decisions)} are to be paid."


def _enter_plan(session: Session, stage: Stage, round_id: UUID, *, reserves: int) -> str:
    """Work out the plan of who pays what and enter it; say what it brings each funder.

    The sample funders would not fund what is marked at the middle of the scale or below.
    """
    manager = stage.actor(session, MANAGER)
    inputs = read_inputs(session, round_id, actor=manager)
    middle = sum(inputs.scale) / 2
    marks = {funder.funder_id: middle for funder in inputs.funders}
    draft = draft_plan(inputs, WhatIf(marks=marks, reserves=reserves))
    plan = store_plan(session, draft, actor=manager, now=stage.now)
    enter_plan(session, plan.id, sha256=plan.sha256, actor=manager, now=stage.now)
    gained = gain_sentence(joint_gains(session, round_id))
    grants, rows = len(plan.result["plan"]["grants"]), len(plan.result["decisions"])
    return f"{grants} of {rows} are to be paid. {gained}"


def ask_officers(stage: Stage, key: str) -> str:
    """Ask each funder's officer for their word, by mail."""
    with stage.transaction() as session:
        manager = stage.actor(session, MANAGER)
        asked = ask_for_word(session, stage.rounds[key], actor=manager, now=stage.now)
    return f"{asked} officers are asked for their word."


def approve_all(stage: Stage, key: str) -> str:
    """Let each funder's officer approve what the funder is to pay."""
    approved = sum(_approve(stage, key, part) for part in FUNDERS)
    return f"The officers approve {approved} contributions."


def approve_first(stage: Stage, key: str, part: FunderPart) -> str:
    """Let one funder's officer approve one part, with a condition; the others still wait."""
    with stage.transaction() as session:
        contribution_id, _ = _shown(session, stage.rounds[key], stage.funders[part.code])[0]
        approve_contribution(
            session,
            contribution_id,
            condition="Publish the items that failed, too, each with the reason.",
            paid_when="on acceptance",
            actor=stage.actor(session, part.officer),
            now=stage.now,
        )
    return f"{part.officer} approves one contribution, with a condition."


def _approve(stage: Stage, key: str, part: FunderPart) -> int:
    with stage.transaction() as session:
        shown = dict(_shown(session, stage.rounds[key], stage.funders[part.code]))
        return approve_shown(
            session, shown, actor=stage.actor(session, part.officer), now=stage.now
        )


def _shown(session: Session, round_id: UUID, funder_id: UUID) -> list[tuple[UUID, int]]:
    """Return the parts that wait for a funder's word, with their sums."""
    rows = session.execute(
        select(Contribution.id, Contribution.amount)
        .join(Decision, Decision.id == Contribution.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.round_id == round_id,
            Contribution.funder_id == funder_id,
            Contribution.state == ContributionState.PROPOSED,
        )
        .order_by(Application.number)
    )
    return [(row.id, row.amount) for row in rows]


def release(stage: Stage, key: str) -> str:
    """Tell all decisions together; the letters are ordered with it."""
    with stage.transaction() as session:
        made = release_decisions(
            session, stage.rounds[key], actor=stage.actor(session, MANAGER), now=stage.now
        )
        words = ", ".join(f"{count} {kind}" for kind, count in made.counts.items() if count)
        return f"{session.get_one(Round, made.round_id).reference} is decided: {words}."


def announce(stage: Stage, key: str) -> str:
    """Publish the round's awards and order the announcement."""
    with stage.transaction() as session:
        round_ = announce_round(
            session, stage.rounds[key], actor=stage.actor(session, MANAGER), now=stage.now
        )
        return f"{round_.reference} is announced."
