"""Who is barred from what: every conflict of a round that was not dismissed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from fundapp.domain.states import ConflictState
from fundapp.models import Application, Conflict


@dataclass(frozen=True)
class BarredPairs:
    """Pairs (application, person) and (application, funder) with a conflict in force.

    interests: pairs (application, funder) where the funder has an interest that somebody declared
    or the data showed, and a manager found to be no conflict. They bar nobody.
    """

    people: frozenset[tuple[UUID, UUID]]
    funders: frozenset[tuple[UUID, UUID]]
    interests: frozenset[tuple[UUID, UUID]] = frozenset()

    def bars(self, application_id: UUID, *, person_id: UUID, funder_id: UUID) -> bool:
        """Tell whether this reviewer of this funder is barred from the application."""
        return (application_id, person_id) in self.people or (
            application_id,
            funder_id,
        ) in self.funders

    def applications_closed_to(self, person_id: UUID) -> frozenset[UUID]:
        """Return the applications from which this person is barred in person."""
        return frozenset(application for application, person in self.people if person == person_id)


def barred_pairs(session: Session, round_id: UUID) -> BarredPairs:
    """Return who is barred from which application of the round. 1 statement."""
    # Not a join: SQLite would walk through all applications, and conflicts are few.
    is_in_round = exists().where(
        Application.id == Conflict.application_id, Application.round_id == round_id
    )
    rows = session.execute(
        select(
            Conflict.application_id, Conflict.person_id, Conflict.funder_id, Conflict.state
        ).where(is_in_round)
    ).all()
    in_force = [row for row in rows if row.state is not ConflictState.DISMISSED]
    funders = frozenset((row.application_id, row.funder_id) for row in in_force if row.funder_id)
    all_funders = frozenset((row.application_id, row.funder_id) for row in rows if row.funder_id)
    return BarredPairs(
        people=frozenset((row.application_id, row.person_id) for row in in_force if row.person_id),
        funders=funders,
        interests=all_funders - funders,
    )


def closed_applications(
    session: Session, person_id: UUID, application_ids: Iterable[UUID]
) -> frozenset[UUID]:
    """Return those of the applications from which the person is barred. 1 statement."""
    return frozenset(
        session.scalars(
            select(Conflict.application_id).where(
                Conflict.person_id == person_id,
                Conflict.application_id.in_(list(application_ids)),
                Conflict.state != ConflictState.DISMISSED,
            )
        )
    )
