"""What the gates of a prize round find in an entry: in its draft, and as it was submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.gates import (
    LICENCE_CODES,
    LOG_GATES,
    RELEASE_CODES,
    EntryEvidence,
    GateResult,
    Outcome,
    check_gates,
    gates_from_data,
)
from fundapp.domain.prize_rules import GateCode, prize_rules_from_data
from fundapp.domain.questions import QuestionKind
from fundapp.domain.states import RoundKind
from fundapp.models import Application, EvidenceReading, Round, SubmittedVersion
from fundapp.queries.drafts import Draft, SectionState

_NOT_A_LOG = "not_a_log"


@dataclass(frozen=True)
class SubmittedGates:
    """The gates as they were when the entry was submitted. note: the entrant's word on them."""

    results: tuple[GateResult, ...] = ()
    note: str = ""

    @property
    def failed(self) -> int:
        """Return how many fail."""
        return sum(one.outcome is Outcome.FAILS for one in self.results)


NO_GATES = SubmittedGates()


def draft_gates(session: Session, draft: Draft) -> tuple[GateResult, ...]:
    """Return what each gate finds in the working copy; nothing in a round without gates.

    At most 2 statements, none in a grant round.
    """
    if draft.head.round_kind is not RoundKind.PRIZE:
        return ()
    rules = prize_rules_from_data(session.get_one(Round, draft.head.round_id).prize_rules)
    if not rules.gates:
        return ()
    answers = {
        asked.code: str(draft.answer(asked).value or "")
        for state in draft.sections
        for asked in state.section.questions
        if asked.code in (*LICENCE_CODES, *RELEASE_CODES)
    }
    return check_gates(rules, EntryEvidence(_logs_of(session, draft), answers))


def gates_of_section(results: Sequence[GateResult], state: SectionState) -> tuple[GateResult, ...]:
    """Return the gates that what is asked in this section can move."""
    codes = {asked.code for asked in state.section.questions}
    kinds = {asked.question.kind for asked in state.section.questions}
    shown = set(LOG_GATES) if QuestionKind.FILE in kinds else set()
    shown |= {GateCode.LICENCE} if codes & set(LICENCE_CODES) else set()
    shown |= {GateCode.RESPONSIBLE_RELEASE} if codes & set(RELEASE_CODES) else set()
    return tuple(one for one in results if one.code in shown)


def gates_of_content(content: Mapping[str, Any], *, hide_identity: bool = False) -> SubmittedGates:
    """Return the gates that were frozen with a submitted version.

    hide_identity: without names of files and without the entrant's own word.
    """
    return SubmittedGates(
        gates_from_data(content.get("gates", ()), hide_identity=hide_identity),
        "" if hide_identity else content.get("gates_note", ""),
    )


def submitted_gates(
    session: Session, application_ids: Sequence[UUID], *, hide_identity: bool = False
) -> dict[UUID, SubmittedGates]:
    """Return the frozen gates of the newest versions, of entries that have any. 1 statement."""
    rows = session.execute(
        select(SubmittedVersion.application_id, SubmittedVersion.content)
        .join(Application, Application.id == SubmittedVersion.application_id)
        .join(Round, Round.id == Application.round_id)
        .where(
            SubmittedVersion.application_id.in_(application_ids),
            SubmittedVersion.number == Application.last_version,
            Round.kind == RoundKind.PRIZE,
        )
        .order_by(SubmittedVersion.application_id)
    )
    found = {id_: gates_of_content(content, hide_identity=hide_identity) for id_, content in rows}
    return {id_: gates for id_, gates in found.items() if gates.results}


def _logs_of(session: Session, draft: Draft) -> list[Mapping[str, Any]]:
    """Return the logs of the attached files, each under the name that its entrant gave it."""
    files = [one for attached in draft.files.values() for one in attached]
    rows = session.execute(
        select(EvidenceReading.sha256, EvidenceReading.logs).where(
            EvidenceReading.sha256.in_({one.sha256 for one in files})
        )
    )
    read = {row.sha256: row.logs for row in rows}
    return [
        {**log, "file": one.filename}
        for one in files
        for log in read.get(one.sha256, ())
        if (log.get("error") or {}).get("code") != _NOT_A_LOG
    ]
