"""A plan of who pays what for the round under deliberation."""

from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.joint.allocation.allocate import allocate
from fundapp.joint.allocation.instance import Application as Grant
from fundapp.joint.allocation.instance import Funder as Payer
from fundapp.joint.allocation.instance import Instance, Level
from fundapp.joint.allocation.stored import instance_as_json
from fundapp.models import AllocationPlan, Application, Funder
from fundapp.services.allocation_drafts import plan_hash, result_of
from tests.builders import NOW


def a_whole_grant(
    session: Session, application: Application, payer: Funder, *, made_by_id: UUID
) -> UUID:
    """Keep a plan in which `payer` funds the application whole; return its id."""
    funder, name, amount = str(payer.id), str(application.id), 20_000_000
    instance = Instance(
        funders=(Payer(name=funder, envelope=amount),),
        applications=(
            Grant(
                name=name,
                levels=(Level(cost=amount, values={funder: 4.0}),),
                may_pay=frozenset({funder}),
            ),
        ),
    )
    inputs = {
        "basis_sha256": "",
        "currency": "EUR",
        "available": {funder: amount},
        "marks": {funder: 1.0},
        "reserve_places": [],
        "allows_reduced": False,
        "keeps_floors": False,
        "left_to_people": [],
        "deviations": [0.5],
        "instance": instance_as_json(instance),
    }
    made = allocate(instance)
    result = result_of(inputs, made, quick=made)
    plan = AllocationPlan(
        round_id=application.round_id,
        name="Plan A",
        method=made.method,
        is_exact=True,
        inputs=inputs,
        result=result,
        sha256=plan_hash(inputs, result),
        seconds=0.1,
        made_by_id=made_by_id,
        made_at=NOW,
    )
    session.add(plan)
    session.flush()
    return plan.id
