"""The entrant's word on being shown in public."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fundapp.domain.errors import WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.models import Application
from fundapp.queries.access import application_facts
from fundapp.queries.gallery import gallery_choice
from fundapp.services.audit import record_event


def choose_gallery(
    session: Session, application_id: UUID, in_gallery: bool, *, actor: Actor, now: datetime
) -> Application:
    """Let the public see an entry, or no longer; changeable until the results are public.

    The same choice again changes nothing.
    """
    facts = application_facts(session, application_id, for_update=True)
    require(actor, Action.EDIT_APPLICATION, facts)
    choice = gallery_choice(session, application_id, now=now)
    if not choice.is_asked:
        raise WrongState("This round shows no entries in public.")
    if not choice.may_change:
        raise WrongState("This can no longer be changed: the results are public, or it has ended.")
    application = session.get_one(Application, application_id)
    if application.in_gallery != in_gallery:
        application.in_gallery = in_gallery
        record_event(
            session, "application.gallery_chosen", application, actor=actor, now=now,
            shown=in_gallery,
        )  # fmt: skip
        session.flush()
    return application
