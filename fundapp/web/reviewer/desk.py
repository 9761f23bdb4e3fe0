"""The page on which a review is written: what it shows, with or without problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from fundapp.domain.errors import Problem
from fundapp.domain.evidence_facts import NO_EVIDENCE
from fundapp.domain.permissions import Action, Actor, may
from fundapp.domain.review_fields import ABSTAIN, field_labels, typed_review
from fundapp.domain.reviews import CONFIDENCE_WORDS, mean_of, missing_problems
from fundapp.domain.rubrics import Criterion
from fundapp.queries.evidence import Evidence, evidence_of
from fundapp.queries.gates import gates_of_content
from fundapp.queries.own_marking import own_marking
from fundapp.queries.reviews import (
    ReviewHead,
    StoredReview,
    queue_place,
    stored_review,
    submitted_content,
)
from fundapp.queries.submitted import SubmittedSection, has_files, submitted_sections
from fundapp.web.access import time_zone
from fundapp.web.evidence_rows import (
    OfferedLog,
    beside_criterion,
    claims_without_logs,
    offered_logs,
    texts_of,
)


@dataclass(frozen=True)
class Typed:
    """What a refused form held: it is shown again, with what is to mend or to choose.

    conflicts: fields of which a newer text stands; version: what the next save names.
    """

    fields: Mapping[str, str]
    problems: Sequence[Problem] = ()
    conflicts: Sequence[str] = ()
    version: int = 0
    note: str = ""


def desk_page(
    session: Session,
    actor: Actor,
    head: ReviewHead,
    *,
    typed: Typed | None = None,
    is_checked: bool = False,
    is_revision: bool = False,
) -> str:
    """Return the page. is_checked: say what is missing before it can be sent in.

    5 statements beside the head's.
    """
    review = stored_review(session, head)
    stands = typed_review(review.draft, review.rubric, currency=head.currency)
    problems = missing_problems(review.draft, review.rubric) if is_checked else ()
    shown = typed or Typed(stands, problems, version=head.version)
    hide_identity = not may(actor, Action.VIEW_APPLICANT, head.facts)
    content = submitted_content(session, head.facts)
    sections = submitted_sections(content, hide_identity=hide_identity)
    told = _evidence_on_page(session, head, sections, hide_identity=hide_identity)
    marking = own_marking(session, head.reviewer.person_id, round_id=head.round_id)
    return render_template(
        "reviews/desk.html",
        head=head,
        is_revision=is_revision,
        typed=shown.fields,
        version=shown.version,
        note=shown.note,
        problems=shown.problems,
        problem_count=len(shown.problems),
        errors=_by_field(shown.problems),
        conflicts=_conflicts(review, shown, stands),
        criteria=[
            _criterion_on_page(one, shown.fields, told["logs"]) for one in review.rubric.criteria
        ],
        no_evidence=NO_EVIDENCE,
        answered=sum(review.draft.score(one.code).is_answered for one in review.rubric.criteria),
        mean=mean_of(review.draft, review.rubric),
        marking=marking[0] if marking else None,
        place=queue_place(session, head),
        hide_identity=hide_identity,
        organisation="" if hide_identity else content.get("organisation", {}).get("name", ""),
        sections=sections,
        gates=gates_of_content(content, hide_identity=hide_identity),
        **told,
        confidence_words=CONFIDENCE_WORDS,
        saved_at=clock_time(head.saved_at) if head.saved_at else "",
        banner=head.notice,
        zone=time_zone(),
    )


def clock_time(at: datetime) -> str:
    """Return "14:03 EAT" in the reader's zone."""
    local = at.astimezone(ZoneInfo(time_zone()))
    return f"{local:%H:%M} {local.tzname()}"


def _evidence_on_page(
    session: Session,
    head: ReviewHead,
    sections: Sequence[SubmittedSection],
    *,
    hide_identity: bool,
) -> dict[str, Any]:
    """Return what the logs say, the logs on offer, and what no log shows. At most 1 statement."""
    evidence: Evidence = {}
    if has_files(sections):
        evidence = evidence_of(session, head.application_id, hide_identity=hide_identity)
    return {
        "evidence": evidence,
        "logs": offered_logs(sections, evidence),
        "claims": claims_without_logs(texts_of(sections), evidence),
    }


def posted_fields(form: MultiDict[str, str]) -> dict[str, str]:
    """Return a posted form with one text for each field; ticked logs are parted by spaces."""
    several = {name: form.getlist(name) for name in form if name.startswith("evidence-")}
    return form.to_dict() | {name: " ".join(values) for name, values in several.items()}


def _criterion_on_page(
    criterion: Criterion, fields: Mapping[str, str], logs: Sequence[OfferedLog]
) -> dict[str, Any]:
    chosen = fields.get(f"mark-{criterion.code}", "")
    return {
        "code": criterion.code,
        "title": criterion.title,
        "question": criterion.question,
        "weight": criterion.weight,
        "options": [
            {"value": mark, "anchor": criterion.anchors.get(mark, "")} for mark in criterion.marks
        ],
        "chosen": chosen or None,
        "is_abstained": chosen == ABSTAIN,
        "wants_evidence": criterion.wants_evidence,
        "beside": beside_criterion(criterion, logs) if criterion.facts else None,
        "logs": logs if criterion.wants_evidence else (),
        "ticked": fields.get(f"evidence-{criterion.code}", "").split(),
    }


def _conflicts(
    review: StoredReview, shown: Typed, stands: Mapping[str, str]
) -> list[dict[str, str]]:
    labels = field_labels(review.rubric)
    return [
        {
            "field": name,
            "label": labels[name],
            "mine": shown.fields.get(name, ""),
            "theirs": stands[name],
        }
        for name in shown.conflicts
        if name in labels
    ]


def _by_field(problems: Sequence[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.field, []).append(problem.sentence)
    return found
