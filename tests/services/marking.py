"""A round under decision whose reviewers mark with known strictness."""

from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, AssignmentState, RoundState
from fundapp.models import (
    Application,
    Criterion,
    Funder,
    FunderWeight,
    PanelSeat,
    Person,
    Review,
    Round,
)
from fundapp.queries.access import actor_for
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_manager,
    a_person,
    a_review,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_envelope,
    an_organisation,
)

REQUEST = 20_000_000
FUNDERS = ("Ruritania Foundation", "Lilliput Trust", "Erewhon Fund")


@dataclass
class MarkedRound:
    """The round; its funders' money reaches a third of the applications."""

    round: Round
    manager: Person
    funders: list[Funder]
    seats: list[PanelSeat]
    criteria: list[Criterion]
    applications: list[Application]
    reviews: list[Review]

    def actor(self, session: Session, person: Person | None = None) -> Actor:
        """Return a person (default: the manager) as the permission table sees them."""
        return actor_for(session, (person or self.manager).id)

    def weigh(self, session: Session, funder: int, *weights: int) -> None:
        """Give a funder, by its place, its own weights of the criteria in their order."""
        session.add_all(
            FunderWeight(
                round_id=self.round.id,
                funder_id=self.funders[funder].id,
                criterion_id=criterion.id,
                weight=weight,
            )
            for criterion, weight in zip(self.criteria, weights, strict=True)
        )
        session.flush()


def a_marked_round(
    session: Session,
    *,
    applications: int = 15,
    reviewers: int = 6,
    each: int = 3,
    spread: float = 1.0,
    **columns: object,
) -> MarkedRound:
    """Make the round. Every second reviewer marks `spread` lower, the others as much higher."""
    chance = Random(7)
    manager = a_manager(session)
    round_ = a_round(session, RoundState.DELIBERATING, created_by_id=manager.id, **columns)
    criteria = [
        a_criterion(session, round_, title=title, weight=50, marks=list(range(1, 11)))
        for title in ("Validity of the measurement", "Feasibility")
    ]
    funders = [a_funder(session, name) for name in FUNDERS]
    for funder in funders:
        an_envelope(session, round_, funder, amount=-(-applications * REQUEST // 9))
    seats = [
        a_seat(
            session,
            round_,
            funders[place % len(funders)],
            person_id=a_person(session, f"Reviewer Sample {place}").id,
        )
        for place in range(reviewers)
    ]
    found = MarkedRound(round_, manager, funders, seats, criteria, [], [])
    for number in range(applications):
        quality = 3.5 + 4 * number / applications
        application = an_application(
            session,
            round_,
            an_organisation(session, f"Applicant {number}"),
            ApplicationState.UNDER_REVIEW,
            title=f"Meter {number}",
            amount_requested=REQUEST,
        )
        found.applications.append(application)
        for place in chance.sample(range(reviewers), each):
            shift = spread if place % 2 else -spread
            marks = {
                criterion: min(10, max(1, round(quality + shift + chance.gauss(0, 0.7))))
                for criterion in criteria
            }
            assignment = an_assignment(
                session, application, seats[place], state=AssignmentState.DONE, done_at=NOW
            )
            found.reviews.append(a_review(session, assignment, marks))
    return found
