"""Draws one section: as it was saved, or as it was typed when it could not be stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import render_template

from fundapp.domain.answer_texts import printed_text
from fundapp.domain.applications import editing_refusal, stamps_as_text
from fundapp.domain.errors import Problem
from fundapp.domain.permissions import Action, OrganisationFacts, may
from fundapp.domain.questions import QuestionKind
from fundapp.extensions import db
from fundapp.queries.drafts import Draft, SectionState
from fundapp.queries.evidence import evidence_of
from fundapp.queries.gates import draft_gates, gates_of_section
from fundapp.queries.questions import AskedQuestion
from fundapp.services.answers import Clash
from fundapp.web.access import current_actor, time_zone
from fundapp.web.applicant.both_texts import JOINABLE, PostedSection
from fundapp.web.applicant.fields import (
    QuestionField,
    changed_by_line,
    clock_text,
    fields_of_value,
    question_field,
)
from fundapp.web.applicant.heads import banner_of, done_count, task_list
from fundapp.web.installation import now


@dataclass(frozen=True)
class Shown:
    """What the page shows beside the questions.

    posted: what was typed and could not be stored, None to show what is saved. problems:
    of the typed text. refusal: why nothing was stored. add: the question that gets an
    empty line. in_lines: lines are being added or removed, so sums need not add up yet.
    with_missing: also say what is not answered.
    """

    posted: PostedSection | None = None
    problems: Sequence[Problem] = ()
    clashes: Sequence[Clash] = ()
    refusal: str = ""
    add: str = ""
    in_lines: bool = False
    with_missing: bool = False


@dataclass(frozen=True)
class BothTexts:
    """Two versions of one answer, to choose from."""

    code: str
    label: str
    mine: str
    theirs: str
    their_name: str
    their_time: str
    is_joinable: bool
    is_own: bool


def section_page(draft: Draft, state: SectionState, shown: Shown) -> str:
    """Return the page of one section."""
    may_edit = may(current_actor(), Action.EDIT_ORGANISATION, _organisation(draft))
    refusal = editing_refusal(draft.head.window, draft.head.state, now())
    problems = _problems(state, shown)
    has_files = any(draft.files.get(asked.id) for asked in state.section.questions)
    evidence = (
        evidence_of(db.session(), draft.head.id, hide_identity=False, is_own=True)
        if has_files
        else {}
    )
    return render_template(
        "applications/section.html",
        draft=draft,
        head=draft.head,
        section=state.section,
        fields=[
            replace(_field(draft, asked, shown, problems=problems), evidence=evidence)
            for asked in state.section.questions
        ],
        both=[_both(state, clash) for clash in shown.clashes],
        seen=stamps_as_text({clash.code: clash.stamp for clash in shown.clashes}),
        version=_version(draft, state, shown),
        problems=problems,
        problem_count=len(problems),
        refusal=shown.refusal or (refusal if may_edit else may_edit.reason),
        is_open=bool(may_edit) and not refusal,
        is_typed=shown.posted is not None,
        tasks=task_list(draft, current=state.section.id),
        done=done_count(draft),
        saved_text=_saved_text(draft, state),
        banner=banner_of(draft.head.notice),
        gates=gates_of_section(draft_gates(db.session(), draft), state),
    )


def _organisation(draft: Draft) -> OrganisationFacts:
    return OrganisationFacts(draft.head.organisation_id)


def _problems(state: SectionState, shown: Shown) -> list[Problem]:
    if shown.posted is not None:
        return list(shown.problems)
    if shown.with_missing:
        return list(state.check.problems)
    return list(state.check.unreadable if shown.in_lines else state.check.to_mend)


def _version(draft: Draft, state: SectionState, shown: Shown) -> str:
    if shown.posted is not None:
        return stamps_as_text(shown.posted.stamps)
    return stamps_as_text(
        {
            asked.code: draft.answer(asked).stamp
            for asked in state.section.questions
            if asked.question.kind is not QuestionKind.FILE
        }
    )


def _field(
    draft: Draft, asked: AskedQuestion, shown: Shown, *, problems: Sequence[Problem]
) -> QuestionField:
    answer = draft.answer(asked)
    has_rates = draft.head.takes_other_currencies
    stored = fields_of_value(asked.question, answer.value, with_code=has_rates)
    texts = shown.posted.fields if shown.posted else stored
    drawn = question_field(
        asked.question,
        texts,
        problems=problems,
        currency=draft.currency,
        rates=draft.rates,
        wants_line=shown.add == asked.code,
    )
    return replace(
        drawn,
        files=draft.files.get(asked.id, ()),
        read_text=printed_text(asked.question, answer.value),
        changed_by=changed_by_line(answer, now=now(), zone=time_zone()),
    )


def _both(state: SectionState, clash: Clash) -> BothTexts:
    question = next(asked.question for asked in state.section.questions if asked.code == clash.code)
    return BothTexts(
        code=clash.code,
        label=question.label,
        mine=printed_text(question, clash.mine),
        theirs=printed_text(question, clash.theirs),
        their_name=clash.their_name,
        their_time=clock_text(clash.their_at, time_zone()),
        is_joinable=question.kind in JOINABLE,
        is_own=clash.is_own,
    )


def _saved_text(draft: Draft, state: SectionState) -> str:
    changes = [draft.answer(asked) for asked in state.section.questions]
    times = [answer for answer in changes if answer.changed_at is not None]
    if not times:
        return ""
    newest = max(times, key=lambda answer: (answer.changed_at is not None, answer.changed_at))
    return changed_by_line(newest, now=now(), zone=time_zone()).replace("Last change", "Saved")
