"""The gates of a prize round when an entry is submitted: told, acknowledged, frozen."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.gates import TITLES, Outcome, failed_codes, gates_as_data
from fundapp.queries.drafts import Draft
from fundapp.queries.gates import draft_gates
from fundapp.services.notes import read_note

KNOWN_FIELD = "known_gates"
NOTE_FIELD = "gates_note"


def check_submission(
    session: Session, draft: Draft, *, known_failures: Collection[str] | None, note: str
) -> dict[str, Any]:
    """Return what is frozen of the gates with the version; nothing in a round without gates.

    InvalidInput when a gate fails that the entrant does not say to know of. None as
    `known_failures` takes the entry as it is (an import).
    """
    results = draft_gates(session, draft)
    if not results:
        return {}
    text = read_note(note, field=NOTE_FIELD)
    failed = failed_codes(results)
    if known_failures is not None and not set(failed) <= set(known_failures):
        names = ", ".join(f"“{TITLES[code]}”" for code in failed)
        sentence = f"Tick that you know what fails: {names}. Or mend it first."
        raise InvalidInput([Problem(KNOWN_FIELD, sentence)])
    frozen: dict[str, Any] = {"gates": gates_as_data(results)}
    return frozen | {"gates_note": text} if failed and text else frozen


def failures_in(frozen: Mapping[str, Any]) -> list[str]:
    """Return the codes of the gates that fail in what is frozen."""
    return [one["code"] for one in frozen.get("gates", ()) if one["outcome"] == Outcome.FAILS]
