"""A pending decision that ends because its applicant withdrew."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.money import Money
from fundapp.domain.permissions import Actor
from fundapp.domain.states import DecisionState
from fundapp.models import Decision, Funder, Office, Person
from fundapp.services.decisions import drop_decision
from fundapp.services.deliberations import Deliberated, held_by
from fundapp.services.mail_texts import mail_text
from fundapp.services.outbox import Letterbox, queue_mail

WITHDREW = "The applicant withdrew."


def let_decision_lapse(session: Session, here: Deliberated, *, actor: Actor, now: datetime) -> None:
    """Take the pending decision of a withdrawn application back and free its money.

    Who entered it is told, and the officers of each funder whose money is free again;
    nobody with a conflict of interest is. Without a pending decision nothing happens.
    """
    decision = here.decision
    if decision is None or decision.state is not DecisionState.PENDING:
        return
    freed = held_by(here)
    names = _names(session, freed)
    sums = {names[id_]: str(Money(freed[id_], here.round.currency)) for id_ in names}
    people = _people_to_tell(session, here, decision, freed=freed)
    drop_decision(session, here, actor=actor, now=now, reason=WITHDREW)
    text = mail_text(
        "decision_lapsed",
        reference=here.application.reference,
        title=here.application.title,
        kind=decision.kind.value,
        sums=sums,
        round_title=here.round.title,
        round_id=here.round.id,
        notice=here.round.notice,
    )
    for person in people:
        to = Letterbox(person.email, person.name)
        queue_mail(session, to, text, now=now, round_id=here.round.id)


def _names(session: Session, freed: Mapping[UUID, int]) -> dict[UUID, str]:
    rows = session.execute(
        select(Funder.id, Funder.name).where(Funder.id.in_(freed)).order_by(Funder.name, Funder.id)
    )
    return {row.id: row.name for row in rows}


def _people_to_tell(
    session: Session, here: Deliberated, decision: Decision, *, freed: Mapping[UUID, int]
) -> list[Person]:
    officers = select(Office.person_id).where(Office.funder_id.in_(freed))
    return list(
        session.scalars(
            select(Person)
            .where(
                Person.id.in_(officers) | (Person.id == decision.decided_by_id),
                Person.id.not_in(here.facts.barred_people),
                Person.anonymised_at.is_(None),
            )
            .order_by(Person.name, Person.id)
        )
    )
