"""What a page about one application says on top."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound
from fundapp.models import Application, Organisation, Round


@dataclass(frozen=True)
class ApplicationHeading:
    """What a page about one application says on top."""

    id: UUID
    round_id: UUID
    reference: str
    title: str
    organisation: str
    round_title: str
    notice: str


def application_heading(session: Session, application_id: UUID) -> ApplicationHeading:
    """Return the heading of an application. 1 statement."""
    row = session.execute(
        select(
            Application.id,
            Application.round_id,
            func.coalesce(Application.reference, ""),
            Application.title,
            Organisation.name,
            Round.title,
            Round.notice,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Round, Round.id == Application.round_id)
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such application.")
    return ApplicationHeading(*row)
