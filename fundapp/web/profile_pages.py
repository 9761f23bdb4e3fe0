"""The page of a reviewer's profile, for themselves and for managers."""

from collections.abc import Callable
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, StaleVersion
from fundapp.domain.permissions import Actor
from fundapp.domain.reviewer_profiles import checked_expertise
from fundapp.extensions import db
from fundapp.queries.reviewer_profiles import offered_topics, profile_record
from fundapp.services.reviewer_profiles import save_profile
from fundapp.web.forms.reviewer_profiles import (
    LEVELS,
    OWN_LEVELS,
    ProfileFields,
    posted_fields,
    profile_lines,
    stored_fields,
)
from fundapp.web.forms.rows import is_rearranging
from fundapp.web.installation import now


def profile_page(
    person_id: UUID,
    *,
    actor: Actor,
    template: str,
    saved: Callable[[], ResponseReturnValue],
    **context: object,
) -> ResponseReturnValue:
    """Show a profile, or save what was posted and answer with `saved()`.

    What cannot be read is shown again with all that was typed (422), and so is what
    another window or person has changed meanwhile, with what stands now beside it (409).
    """
    session = db.session()
    record, offered = profile_record(session, person_id), offered_topics(session)
    is_posted = request.method == "POST"
    fields = (
        posted_fields(request.form, offered)
        if is_posted
        else stored_fields(record.profile, offered, version=record.version)
    )
    status, theirs = 200, None
    if is_posted and not is_rearranging(request.form):
        try:
            if _is_saved(person_id, fields, actor=actor):
                return saved()
            status = 422
        except StaleVersion as error:
            status, theirs, fields.version = 409, error, error.version
    page = render_template(
        template,
        record=record,
        fields=fields,
        levels=LEVELS,
        own_levels=OWN_LEVELS,
        theirs=theirs,
        their_lines=profile_lines(theirs.theirs) if theirs else (),
        **context,
    )
    return page, status


def _is_saved(person_id: UUID, fields: ProfileFields, *, actor: Actor) -> bool:
    fields.problems = fields.unfinished()
    if fields.problems:
        return False
    try:
        save_profile(
            db.session(),
            person_id,
            expertise=checked_expertise(fields.expertise()),
            languages=fields.language_list(),
            version=fields.version,
            actor=actor,
            now=now(),
        )
    except InvalidInput as error:
        fields.problems = list(error.problems)
        return False
    return True
