"""What cancelling an open call would do: who is told, and how much was written."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.mail import UNREACHABLE
from fundapp.domain.states import ApplicationState
from fundapp.models import Application, Person


@dataclass(frozen=True)
class BegunApplication:
    """An application that stops; the reference is "" until it is submitted."""

    id: UUID
    reference: str
    title: str
    state: ApplicationState


@dataclass(frozen=True)
class ApplicantToTell:
    """A person who began applications that stop with the call."""

    person_id: UUID
    name: str
    email: str
    applications: tuple[BegunApplication, ...]

    @property
    def has_address(self) -> bool:
        """Tell whether mail reaches the person (people from imported files have none)."""
        return not self.email.endswith(UNREACHABLE)


@dataclass(frozen=True)
class CancellationPreview:
    """Everybody who began something; withdrawn applications are not counted."""

    applicants: Sequence[ApplicantToTell]

    @property
    def mails(self) -> int:
        """Return how many people are told by mail."""
        return sum(1 for applicant in self.applicants if applicant.has_address)

    @property
    def drafts(self) -> int:
        """Return how many applications were begun and not submitted."""
        return sum(one.state is ApplicationState.DRAFT for one in self._applications())

    @property
    def submitted(self) -> int:
        """Return how many applications were submitted."""
        return len(self._applications()) - self.drafts

    def _applications(self) -> list[BegunApplication]:
        return [one for applicant in self.applicants for one in applicant.applications]


def cancellation_preview(session: Session, round_id: UUID) -> CancellationPreview:
    """Return whom cancelling the call concerns, by name. 1 statement."""
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.email,
            Application.id,
            Application.reference,
            Application.title,
            Application.state,
        )
        .join(Person, Person.id == Application.contact_id)
        .where(Application.round_id == round_id, Application.state != ApplicationState.WITHDRAWN)
        .order_by(Person.name, Person.id, Application.created_at, Application.id)
    )
    begun: dict[tuple[UUID, str, str], list[BegunApplication]] = defaultdict(list)
    for person_id, name, email, id_, reference, title, state in rows:
        begun[person_id, name, email].append(BegunApplication(id_, reference or "", title, state))
    return CancellationPreview(
        [ApplicantToTell(*person, tuple(own)) for person, own in begun.items()]
    )
