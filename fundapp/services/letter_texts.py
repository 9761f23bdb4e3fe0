"""The fund's own words for letters: each change is a new version, nothing is overwritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fundapp.documents.own_texts import markup_problem
from fundapp.domain.errors import InvalidInput, NotFound, Problem, StaleVersion
from fundapp.domain.letter_texts import LETTERS, check_parts, tidy_parts
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.states import DocumentKind
from fundapp.models import DocumentOrder, LetterText, Round
from fundapp.queries.letter_texts import text_history, texts_in_force
from fundapp.services.audit import record_event

DEFAULT_LANGUAGE = "en"
_VERSIONS = UUID("5d7f2e64-3f0c-4f5e-9d0b-6c1c2d9b7a10")


def checked_parts(kind: DocumentKind, parts: Mapping[str, str]) -> dict[str, str]:
    """Return the parts that say something, tidied. InvalidInput names the part of each problem."""
    tidy = tidy_parts(kind, parts)
    problems = check_parts(kind, tidy)
    wrong = {problem.field for problem in problems}
    for part in LETTERS[kind].parts:
        # What is too long is not parsed at all.
        text = tidy.get(part.name, "")
        sentence = markup_problem(part, text) if text and part.name not in wrong else ""
        if sentence:
            problems.append(Problem(part.name, sentence))
    if problems:
        raise InvalidInput(problems)
    return tidy


def save_letter_text(
    session: Session,
    kind: DocumentKind,
    language: str,
    *,
    parts: Mapping[str, str],
    round_id: UUID | None,
    version: int,
    actor: Actor,
    now: datetime,
) -> LetterText | None:
    """Write a new version of one text, of a round or of the fund (round_id None).

    version: of the text that the form showed, 0 for none; StaleVersion carries what another
    wrote meanwhile. A part left empty is printed as shipped. None where nothing was changed.
    """
    require(actor, Action.EDIT_LETTER_TEXTS)
    return _write(
        session, (kind, language, round_id), parts=checked_parts(kind, parts), version=version,
        actor=actor, now=now,
    )  # fmt: skip


def reset_letter_text(
    session: Session,
    kind: DocumentKind,
    language: str,
    *,
    round_id: UUID | None,
    version: int,
    actor: Actor,
    now: datetime,
) -> LetterText | None:
    """Let the shipped words stand again (in a round: the fund's). The old versions are kept."""
    require(actor, Action.EDIT_LETTER_TEXTS)
    return _write(
        session, (kind, language, round_id), parts={}, version=version, actor=actor, now=now,
    )  # fmt: skip


def give_own_texts(session: Session, round_id: UUID, orders: Sequence[DocumentOrder]) -> None:
    """Tie orders that are not stored yet to the fund's own words that are in force now."""
    texts = texts_in_force(session, round_id)
    for order in orders:
        text = texts.get((order.kind, order.language or DEFAULT_LANGUAGE))
        order.text_id = text.id if text else None


def _write(
    session: Session,
    of: tuple[DocumentKind, str, UUID | None],
    *,
    parts: dict[str, str],
    version: int,
    actor: Actor,
    now: datetime,
) -> LetterText | None:
    kind, language, round_id = of
    if round_id is not None and session.get(Round, round_id, with_for_update=True) is None:
        raise NotFound("There is no such round.")
    stands = next(iter(text_history(session, round_id, kind, language=language)), None)
    if parts == (dict(stands.parts) if stands else {}):
        return None
    if stands is not None and stands.version != version:
        raise StaleVersion(
            "This text was changed after you opened it. Compare, then save again.",
            theirs=stands.parts,
            their_name=stands.written_by,
            version=stands.version,
        )
    following = stands.version + 1 if stands else 1
    row = LetterText(
        # Two people who write the same version at once cannot both have its id.
        id=uuid5(_VERSIONS, f"{round_id}/{kind}/{language}/{following}"),
        round_id=round_id,
        kind=kind,
        language=language,
        version=following,
        parts=parts,
        written_by_id=actor.person_id,
        written_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise StaleVersion(
            "Somebody saved this text at the same moment. Yours is below; save it again.",
            theirs={}, their_name="Another manager", version=following,
        ) from None  # fmt: skip
    facts: dict[str, Any] = {"kind": kind, "language": language, "version": following}
    if parts:
        record_event(session, "letter_text.written", row, actor=actor, now=now, **facts)
    else:
        record_event(session, "letter_text.reset", row, actor=actor, now=now, **facts)
    return row
