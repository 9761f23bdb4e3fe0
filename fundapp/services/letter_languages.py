"""The language that the letters on an application are written in: its applicant chooses it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.applications import LANGUAGE_STATES
from fundapp.domain.errors import WrongState
from fundapp.domain.languages import checked_language
from fundapp.domain.permissions import Action, Actor, require
from fundapp.models import Application
from fundapp.queries.access import application_facts
from fundapp.services.audit import record_event


def choose_letter_language(
    session: Session, application_id: UUID, language: str, *, actor: Actor, now: datetime
) -> Application:
    """Have the letters and copies of an application written in `language` from now on.

    Possible until the decision is told. InvalidInput for a language without words.
    """
    require(actor, Action.EDIT_APPLICATION, application_facts(session, application_id))
    wanted = checked_language(language)
    application = session.get_one(Application, application_id, with_for_update=True)
    if application.state not in LANGUAGE_STATES:
        raise WrongState("The decision is told, so the letter keeps its language.")
    if application.language == wanted:
        return application
    application.language = wanted
    record_event(
        session, "application.language_chosen", application, actor=actor, now=now,
        round_id=application.round_id, language=wanted,
    )  # fmt: skip
    return application
