"""How the sample round's letters are signed, and what becomes of two of its awards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from fundapp.demo.cast import FUNDERS, MANAGER
from fundapp.demo.stage import Stage
from fundapp.domain.states import AwardState
from fundapp.models import Application, Award, Decision
from fundapp.queries.award_terms import award_page
from fundapp.queries.signatures import letters_to_sign
from fundapp.services.amendments import amend_award
from fundapp.services.awards import refuse_award
from fundapp.services.signatures import sign_letters


def sign_all(stage: Stage, key: str) -> str:
    """Let the officer of each funder sign the round's letters that wait."""
    signed = 0
    for part in FUNDERS:
        funder_id = stage.funders[part.code]
        with stage.transaction() as session:
            actor = stage.actor(session, part.officer)
            waiting = letters_to_sign(session, actor.person_id, [funder_id])
            own = [row.order_id for row in waiting if row.round_id == stage.rounds[key]]
            if own:
                signed += sign_letters(
                    session, own, funder_id=funder_id, actor=actor, now=stage.now
                )
    return f"The officers sign {signed} times."


def refuse_until_one_moves_up(stage: Stage, key: str) -> str:
    """Let grantees refuse, one after the other, until the next on the reserve list is paid for."""
    refused = []
    for row in reversed(_awards(stage, key, AwardState.ISSUED)):
        if row.own_currency is not None:
            continue
        refused.append(row.reference)
        moved = _refuse(stage, key, row)
        if moved:
            return f"{' and '.join(refused)} refused. {moved} moves up from the reserve list."
    raise RuntimeError("The reserve list of the sample asks for more than all awards together.")


def _refuse(stage: Stage, key: str, row: Any) -> str | None:
    stage.people["a grantee"] = row.contact_id
    with stage.transaction() as session:
        actor = stage.actor(session, "a grantee")
        note = "We found another way to pay for this."
        refuse_award(session, row.award_id, note=note, actor=actor, now=stage.now)
        moved: str | None = session.scalar(
            select(Application.reference)
            .join(Decision, Decision.application_id == Application.id)
            .where(Decision.round_id == stage.rounds[key], Decision.follows_id.is_not(None))
        )
    return moved


def amend_first(stage: Stage, key: str) -> str:
    """Let the manager put a condition into the first accepted award."""
    reference = _awards(stage, key, AwardState.ACCEPTED)[0].reference
    with stage.transaction() as session:
        application_id = session.scalars(
            select(Application.id).where(Application.reference == reference)
        ).one()
        page = award_page(session, application_id)
        added = "Send the first report to all funders at the same time."
        amend_award(
            session,
            application_id,
            replace(page.terms, conditions=(*page.terms.conditions, added)),
            reason="The funders agreed on one report for all.",
            version=page.version,
            actor=stage.actor(session, MANAGER),
            now=stage.now,
        )
    return f"The award of {reference} is amended."


def _awards(stage: Stage, key: str, state: AwardState) -> Sequence[Any]:
    with stage.reading() as session:
        return session.execute(
            select(
                Award.id.label("award_id"),
                *(Application.contact_id, Application.reference, Application.own_currency),
            )
            .join(Decision, Decision.id == Award.decision_id)
            .join(Application, Application.id == Decision.application_id)
            .where(Decision.round_id == stage.rounds[key], Award.state == state)
            .order_by(Application.number)
        ).all()
