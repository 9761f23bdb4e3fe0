"""What a reviewer can judge and reads: written by themselves, or by a manager for a panel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotFound, StaleVersion
from fundapp.domain.permissions import Action, Actor, PersonFacts, require
from fundapp.domain.reviewer_profiles import (
    Level,
    checked_languages,
    checked_topics,
    with_topics,
)
from fundapp.models import PanelSeat, Person, ReviewerProfile
from fundapp.queries.languages import language_tags
from fundapp.queries.reviewer_profiles import profile_of
from fundapp.services.audit import record_event


def save_profile(
    session: Session,
    person_id: UUID,
    *,
    expertise: Mapping[str, Level],
    languages: Sequence[str],
    version: int,
    actor: Actor,
    now: datetime,
) -> ReviewerProfile:
    """Write what a person can judge; `languages` are names or tags as they were typed.

    Their own, or by a manager that of somebody who sits on a panel (else NotFound). Raises
    InvalidInput("languages") for a language that is not known, and StaleVersion with the
    profile that stands when `version`, which the form showed, is no longer its version (0
    before anything was declared). Saving the same again writes no audit line.
    """
    require(actor, Action.EDIT_REVIEWER_PROFILE, PersonFacts(person_id))
    tags = checked_languages(languages, tags=language_tags(), at="languages")
    _refuse_unseated(session, person_id, actor=actor)
    return _write(
        session,
        person_id,
        expertise=expertise,
        languages=tags,
        version=version,
        actor=actor,
        now=now,
    )


def note_topics(
    session: Session,
    person_id: UUID,
    *,
    topics: Sequence[str],
    languages: Sequence[str],
    is_whole: bool,
    actor: Actor,
    now: datetime,
) -> ReviewerProfile:
    """Name somebody's topics without levels, for the form of their seat on a panel.

    What the person declared of a topic stays, and a new one counts as medium. What is not
    named goes if the list `is_whole`, and stays if not.
    """
    require(actor, Action.EDIT_REVIEWER_PROFILE, PersonFacts(person_id))
    declared = profile_of(_row(session, person_id))
    before: tuple[list[str], list[str]] = ([], [])
    if not is_whole:
        before = (list(declared.expertise), list(declared.languages))
    named = checked_topics([*before[0], *topics], at="topics")
    tags = checked_languages([*before[1], *languages], tags=language_tags(), at="languages")
    expertise = with_topics(declared.expertise, named)
    return _write(
        session,
        person_id,
        expertise=expertise,
        languages=tags,
        version=None,
        actor=actor,
        now=now,
    )


def _refuse_unseated(session: Session, person_id: UUID, *, actor: Actor) -> None:
    if person_id == actor.person_id:
        return
    if not session.scalar(select(exists().where(PanelSeat.person_id == person_id))):
        raise NotFound("This person sits on no panel, so their profile is theirs alone.")


def _write(
    session: Session,
    person_id: UUID,
    *,
    expertise: Mapping[str, Level],
    languages: Sequence[str],
    version: int | None,
    actor: Actor,
    now: datetime,
) -> ReviewerProfile:
    # The person's row stands for a profile that does not exist yet: two saves wait in turn.
    session.get_one(Person, person_id, with_for_update=True)
    row = _row(session, person_id, is_fresh=True)
    levels = {topic: level.value for topic, level in expertise.items()}
    if row is not None and (row.expertise, row.languages) == (levels, list(languages)):
        return row
    _refuse_stale(row, version=version, is_own=person_id == actor.person_id)
    if row is None:
        row = ReviewerProfile(person_id=person_id, version=0)
        session.add(row)
    row.expertise, row.languages, row.changed_at = levels, list(languages), now
    row.version += 1
    session.flush()
    record_event(
        session, "reviewer_profile.changed", row, actor=actor, now=now, person_id=person_id
    )
    return row


def _refuse_stale(row: ReviewerProfile | None, *, version: int | None, is_own: bool) -> None:
    current = row.version if row else 0
    if version is None or version == current:
        return
    who = "you in another window, or a fund manager" if is_own else "the reviewer or a manager"
    raise StaleVersion(
        f"This was changed after you opened it, by {who}. Compare, then save again.",
        theirs=profile_of(row),
        their_name="",
        version=current,
    )


def _row(session: Session, person_id: UUID, *, is_fresh: bool = False) -> ReviewerProfile | None:
    return session.scalar(
        select(ReviewerProfile)
        .where(ReviewerProfile.person_id == person_id)
        .execution_options(populate_existing=is_fresh)
    )
