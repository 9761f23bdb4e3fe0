"""Changes by hand to a draft of assignments: whether they can be, and what they cost."""

from collections import Counter
from dataclasses import replace
from typing import Any

from fundapp.domain.assignment_wishes import ChangeKind, DraftWishes, HandChange
from fundapp.domain.errors import InvalidInput, Problem, WrongState
from fundapp.queries.assignment_plans import OpenPlan
from fundapp.queries.matching import MatchFacts
from fundapp.queries.panel import Panel
from fundapp.services.assignment_drafts import PlanDraft
from fundapp.services.automatic_drafts import AUTOMATIC, draft_automatically


def with_change(panel: Panel, plan: OpenPlan, change: HandChange) -> DraftWishes:
    """Return what the plan was drafted by, with one more change by hand.

    Raises WrongState for a plan that the assigner did not make, and InvalidInput for a pair
    that the plan does not have and for somebody who cannot be asked.
    """
    if plan.method != AUTOMATIC:
        raise WrongState("Only a proposed plan is changed here. Change the list and load it.")
    if (change.application_id, change.person_id) not in plan.pairs:
        sentence = "The plan does not ask this reviewer for it any more. Reload the page."
        raise InvalidInput([Problem("person_id", sentence)])
    if change.kind is ChangeKind.SWAP:
        _refuse_newcomer(panel, plan, change)
    return replace(plan.wishes, changes=(*plan.wishes.changes, change))


def without_last_change(plan: OpenPlan) -> DraftWishes:
    """Return what the plan was drafted by before its last change by hand."""
    if not plan.wishes.changes:
        raise WrongState("There is no change to take back.")
    return replace(plan.wishes, changes=plan.wishes.changes[:-1])


def draft_as_wished(
    panel: Panel, facts: MatchFacts, wishes: DraftWishes, *, before: OpenPlan | None = None
) -> PlanDraft:
    """Return the assigner's draft; of its last change by hand it tells the price against
    the draft `before` in the details `prices`, one entry for each change.
    """
    draft = draft_automatically(panel, facts, wishes)
    prices = list(before.prices[: len(wishes.changes)]) if before else []
    if before and len(wishes.changes) > len(prices):
        prices.append(_price(before, draft, wishes.changes[-1]))
    return replace(draft, details={**draft.details, "prices": prices})


def _price(before: OpenPlan, draft: PlanDraft, change: HandChange) -> dict[str, Any]:
    """Return what the change costs and how many other reviews it moves."""
    after = {(pair.application_id, pair.person_id) for pair in draft.pairs}
    asked_for = {(change.application_id, change.person_id)}
    if change.instead_id is not None:
        asked_for.add((change.application_id, change.instead_id))
    details = draft.details
    return {
        "cost": before.objective - details["objective"],
        "of": before.objective,
        "reviews_missing": details["reviews_missing"] - before.reviews_missing,
        "funders_missing": details["funders_missing"] - before.funders_missing,
        "moved": len(after - before.pairs - asked_for),
    }


def _refuse_newcomer(panel: Panel, plan: OpenPlan, change: HandChange) -> None:
    person_id = change.instead_id
    seat = panel.seat_of.get(person_id) if person_id else None
    if person_id is None or seat is None:
        raise InvalidInput([Problem("person_id", "Choose who reviews it instead.")])
    sentence = panel.obstacle_of((change.application_id, person_id))
    if not sentence and (change.application_id, person_id) in plan.pairs:
        sentence = f"{seat.name} is asked for it in this plan already."
    if not sentence and _was_asked(panel, change):
        sentence = f"{seat.name} refused it, or was taken off it. Ask them on the board instead."
    held = Counter(panel.load_of)[person_id]
    held += sum(person == person_id for _, person in plan.wishes.kept)
    if not sentence and held >= seat.load:
        sentence = f"{seat.name} takes at most {seat.load} reviews and has them. Raise the load."
    if sentence:
        raise InvalidInput([Problem("person_id", sentence)])


def _was_asked(panel: Panel, change: HandChange) -> bool:
    pair = (change.application_id, change.instead_id)
    return any((placed.application_id, placed.person_id) == pair for placed in panel.placed)
