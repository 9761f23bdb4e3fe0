"""A prize round in which three judges compare five entries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, RoundKind, RoundState
from fundapp.models import (
    Answer,
    Application,
    Criterion,
    PanelSeat,
    Person,
    PrizeRung,
    Round,
    SubmittedVersion,
)
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_manager,
    a_person,
    a_question,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_assignment,
    an_envelope,
    an_officer,
    an_organisation,
)
from tests.web.review_room import submitted_content

ClientOf = Callable[[Person], FlaskClient]


@dataclass
class PairRoom:
    """The round, its people, and its entries from the best to the worst, as judges see them."""

    round: Round
    manager: Person
    officer: Person
    criterion: Criterion
    judges: list[Person]
    seats: list[PanelSeat]
    entries: list[Application]
    rungs: list[PrizeRung] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where a judge is asked."""
        return f"/rounds/{self.round.id}/pairs"

    @property
    def board(self) -> str:
        """Where the order stands."""
        return f"/rounds/{self.round.id}/ranking/pairs"

    def of_pair(self, one: int, other: int) -> str:
        """Return the address of a pair."""
        return f"{self.address}/{self.entries[one].id}/{self.entries[other].id}"

    def say(self, browser: FlaskClient, better: int, worse: int, **fields: Any) -> Any:
        """Put one before the other."""
        posted = {"verdict": str(self.entries[better].id), "version": "0"} | fields
        return browser.post(self.of_pair(better, worse), data=posted)

    def place(self, application_id: UUID) -> int:
        """Return how good an entry is, 0 = the best."""
        return [entry.id for entry in self.entries].index(application_id)


def a_pair_room(
    session: Session,
    *,
    state: RoundState = RoundState.REVIEWING,
    is_blind: bool = False,
    categories: tuple[str, ...] = (),
    rungs: tuple[tuple[str, int, str], ...] = (("First prize", 3_000_000, ""),),
    entries: int = 5,
) -> PairRoom:
    """Make the room; commits nothing. categories: of each entry; rungs: title, sum, category."""
    manager, funder = a_manager(session), a_funder(session)
    round_ = a_round(
        session,
        state,
        kind=RoundKind.PRIZE,
        created_by_id=manager.id,
        is_blind=is_blind,
        prize_rules={"compares_pairs": True},
    )
    criterion = a_criterion(session, round_)
    an_envelope(session, round_, funder, amount=30_000_000)
    ladder = [
        PrizeRung(round_id=round_.id, position=number, title=title, amount=sum_, category=category)
        for number, (title, sum_, category) in enumerate(rungs, start=1)
    ]
    session.add_all(ladder)
    judges = [a_person(session, f"{name} Sample") for name in ("Rita", "Otto", "Uma")]
    seats = [
        a_seat(session, round_, funder, person_id=one.id, label=f"Reviewer {number}")
        for number, one in enumerate(judges, start=1)
    ]
    found = [_entry(session, round_, number) for number in range(1, entries + 1)]
    if categories:
        asked = a_question(
            session, a_section(session, round_), code="prize_category", kind="single_choice"
        )
        session.add_all(
            Answer(
                application_id=entry.id,
                question_id=asked.id,
                value=category,
                changed_by_id=entry.contact_id,
                changed_at=NOW,
            )
            for entry, category in zip(found, categories, strict=True)
        )
    for entry in found:
        for seat in seats:
            an_assignment(session, entry, seat)
    session.flush()
    officer = an_officer(session, funder)
    return PairRoom(round_, manager, officer, criterion, judges, seats, found, ladder)


def _entry(session: Session, round_: Round, number: int) -> Application:
    organisation = an_organisation(session, f"Secret Team {number}")
    entry = an_application(
        session, round_, organisation, ApplicationState.UNDER_REVIEW, title=f"Gauge {number}"
    )
    session.add(
        SubmittedVersion(
            application_id=entry.id,
            number=1,
            sha256="0" * 64,
            content=submitted_content(entry),
            submitted_by_id=entry.contact_id,
            submitted_at=NOW,
        )
    )
    return entry
