"""What every page of an application says first: where it stands and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from fundapp.domain.sections import SectionStatus
from fundapp.domain.states import ApplicationState
from fundapp.queries.drafts import ApplicationHead, Draft, SectionState

UNTITLED = "Untitled application"

SHAPES = {
    SectionStatus.NOT_BEGUN: ("ring", "Not begun"),
    SectionStatus.BEGUN: ("half", "Begun"),
    SectionStatus.TO_MEND: ("triangle", ""),
    SectionStatus.DONE: ("disc", "Done"),
}


@dataclass(frozen=True)
class Standing:
    """Where an application stands: a shape and a word, and a sentence on what comes next."""

    shape: str
    word: str
    next_step: str


STATE_WORDS = {
    ApplicationState.DRAFT: ("half", "Draft"),
    ApplicationState.SUBMITTED: ("disc", "Submitted"),
    ApplicationState.INELIGIBLE: ("square", "Not eligible"),
    ApplicationState.UNDER_REVIEW: ("half", "Under review"),
    ApplicationState.AWARDED: ("disc", "Awarded"),
    ApplicationState.DECLINED: ("square", "Not funded"),
    ApplicationState.RESERVED: ("half", "On the reserve list"),
    ApplicationState.WITHDRAWN: ("square", "Withdrawn"),
}
"""Shape and word of each state, for lists and heads."""

CANCELLED = ("square", "Call cancelled")
"""Shape and word of whatever stood in a call that was cancelled."""

_NEXT = {
    ApplicationState.SUBMITTED: "After the deadline we check whether it fits the call.",
    ApplicationState.INELIGIBLE: "It does not fit the call. Our mail says why.",
    ApplicationState.AWARDED: "Read your award letter and answer it.",
    ApplicationState.DECLINED: "Read our letter: it says why, and what reviewers found.",
    ApplicationState.RESERVED: "It is next in line if money is left. We write either way.",
    ApplicationState.WITHDRAWN: "It takes no further part.",
}


def standing_of(head: ApplicationHead, *, now: datetime, is_changed: bool = False) -> Standing:
    """Return where an application stands, for its own people."""
    shape, word = STATE_WORDS[head.state]
    refusal = head.window.refusal(now)
    if head.window.is_cancelled and head.state is not ApplicationState.WITHDRAWN:
        return Standing(*CANCELLED, refusal)
    if head.state is ApplicationState.DRAFT:
        step = refusal or "Fill in the sections, check your answers, then submit."
    elif head.state is ApplicationState.SUBMITTED and is_changed:
        step = (
            f"You changed it after submitting. Version {head.last_version} stays what counts "
            "until you submit again."
        )
    elif head.state is ApplicationState.SUBMITTED and not refusal:
        step = "You may change it and submit it again until the deadline."
    elif head.state is ApplicationState.UNDER_REVIEW:
        day = head.decides_on
        when = f" by {day.day} {day:%B %Y}" if day else ""
        step = f"Reviewers read it now. We tell you the decision{when}."
    else:
        step = _NEXT[head.state]
    return Standing(shape, word, step)


def task_list(draft: Draft, *, current: Any = None) -> list[dict[str, Any]]:
    """Return the sections and the check page as items of the task list."""
    items = [_section_item(draft, state, current) for state in draft.sections]
    shape, word = ("padlock", "Opens when all is done") if draft.problems else ("ring", "Ready")
    if draft.head.last_version and not draft.is_changed:
        shape, word = "disc", "Submitted"
    items.append(
        {
            "label": "Check and submit",
            "href": url_for("applications.check_answers", application_id=draft.head.id),
            "shape": shape,
            "word": word,
            "current": current == "check",
        }
    )
    return items


def done_count(draft: Draft) -> int:
    """Return how many sections are done."""
    return sum(1 for state in draft.sections if state.status is SectionStatus.DONE)


def banner_of(notice: str) -> dict[str, str] | None:
    """Return the strip of a round's notice: its first word stands out."""
    if not notice:
        return None
    word, _, text = notice.partition(" ")
    return {"word": word.rstrip(".:"), "text": text} if text else {"word": notice, "text": ""}


def _section_item(draft: Draft, state: SectionState, current: Any) -> dict[str, Any]:
    shape, word = SHAPES[state.status]
    count = len(state.check.to_mend)
    if count:
        word = "1 thing to mend" if count == 1 else f"{count} things to mend"
    return {
        "label": state.section.title,
        "href": url_for(
            "sections.show_section",
            application_id=draft.head.id,
            section_id=state.section.id,
        ),
        "shape": shape,
        "word": word,
        "current": current == state.section.id,
    }
