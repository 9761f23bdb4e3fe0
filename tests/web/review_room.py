"""A round under review: one application with a submitted version, two reviewers of two funders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, AssignmentState, RoundState
from fundapp.models import (
    Application,
    Assignment,
    Criterion,
    PanelSeat,
    Person,
    Round,
    SubmittedVersion,
)
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_person,
    a_round,
    a_seat,
    an_application,
    an_assignment,
    an_envelope,
    an_organisation,
)

ClientOf = Callable[[Person], FlaskClient]
ORGANISATION = "Zembla Gauge"
MEMBER = "Wanda Secretname"
FILE_NAME = "zembla-team-photo.pdf"
IDENTIFYING = "We are the Zembla people."


@dataclass
class Room:
    """The round with its two criteria, the application, and the two reviewers at work."""

    round: Round
    application: Application
    validity: Criterion
    reach: Criterion
    seats: tuple[PanelSeat, PanelSeat]
    people: tuple[Person, Person]
    mine: Assignment
    theirs: Assignment

    @property
    def address(self) -> str:
        """Where I write."""
        return f"/reviews/{self.mine.id}"

    def typed(self, mark: str = "4", **fields: Any) -> dict[str, Any]:
        """Return a complete form."""
        return {
            "version": 0,
            f"mark-{self.validity.code}": mark,
            f"comment-{self.validity.code}": "Well tested.",
            f"mark-{self.reach.code}": "abstain",
            f"reason-{self.reach.code}": "Not my field.",
            "confidence": "4",
            "recommended_amount": "",
            "shared_comment": "Clear.",
            "private_comment": "Ask for the logs.",
        } | fields


def build_room(session: Session, *, is_blind: bool = False) -> Room:
    """Make the room; commits nothing."""
    round_ = a_round(
        session,
        RoundState.REVIEWING,
        is_blind=is_blind,
        reviews_due_at=NOW + timedelta(weeks=1),
    )
    validity = a_criterion(session, round_, weight=60)
    reach = a_criterion(session, round_, title="Reach", weight=40)
    people = a_person(session, "Rita Sample"), a_person(session, "Otto Sample")
    seats = []
    for person, name in zip(people, ("Lilliput Foundation", "Erewhon Trust"), strict=True):
        funder = a_funder(session, name)
        an_envelope(session, round_, funder)
        seats.append(a_seat(session, round_, funder, person_id=person.id))
    application = under_review(session, round_)
    mine, theirs = (an_assignment(session, application, seat) for seat in seats)
    return Room(round_, application, validity, reach, (seats[0], seats[1]), people, mine, theirs)


def under_review(session: Session, round_: Round) -> Application:
    """Add an application with what was submitted."""
    application = an_application(
        session, round_, an_organisation(session, ORGANISATION), ApplicationState.UNDER_REVIEW
    )
    session.add(
        SubmittedVersion(
            application_id=application.id,
            number=1,
            sha256="0" * 64,
            content=submitted_content(application),
            submitted_by_id=application.contact_id,
            submitted_at=NOW,
        )
    )
    session.flush()
    return application


def submitted_content(application: Application) -> dict[str, Any]:
    """Return a frozen content with an identifying answer and a telling file name."""
    question = {"kind": "long_text", "identifying": False, "files": []}
    told = {
        "id": str(application.id),
        "name": FILE_NAME,
        "media_type": "application/pdf",
        "size": 5,
        "sha256": "0" * 64,
    }
    return {
        "currency": "EUR",
        "submitted_by": MEMBER,
        "organisation": {"name": ORGANISATION},
        "sections": [
            {
                "title": "Method",
                "questions": [
                    question
                    | {
                        "code": "how",
                        "label": "How?",
                        "value": "x",
                        "text": "We count <b>twice</b>.",
                    },
                    question
                    | {"code": "who", "label": "Who?", "identifying": True}
                    | {"value": "y", "text": IDENTIFYING},
                    question
                    | {"code": "proof", "label": "Proof", "kind": "file", "files": [told]}
                    | {"value": [told["id"]], "text": FILE_NAME},
                ],
            }
        ],
    }


def fill_queue(session: Session, room: Room, count: int) -> None:
    """Give me `count` further reviews, every third one still to be answered."""
    organisation = an_organisation(session)
    for place in range(count):
        application = an_application(
            session,
            room.round,
            organisation,
            ApplicationState.UNDER_REVIEW,
            contact_id=room.application.contact_id,
        )
        state = AssignmentState.OFFERED if place % 3 == 0 else AssignmentState.ACCEPTED
        an_assignment(session, application, room.seats[0], state=state)
