"""How the invented judges of the sample prize round mark entries and put pairs in order."""

from collections.abc import Mapping
from itertools import combinations
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo.cast import MANAGER
from fundapp.demo.entering import LOGS_QUESTION
from fundapp.demo.entries import entry_of
from fundapp.demo.marking import STRICTNESS
from fundapp.demo.reviewing import Drafting, asked_of_round, write_reviews
from fundapp.demo.stage import Stage
from fundapp.domain.evidence_facts import LogPointer
from fundapp.domain.pairs import TOO_CLOSE
from fundapp.domain.reviews import ReviewDraft, ScoreDraft
from fundapp.domain.rubrics import Rubric
from fundapp.domain.states import AssignmentState, RoundState
from fundapp.models import Application, Attachment, Question
from fundapp.services.pair_judgements import judge_pair
from fundapp.services.rankings import freeze_pair_ranking
from fundapp.services.rounds import advance_round
from fundapp.services.sensitive_files import record_viewing

CLOSE = 0.1
"""Entries that seem this near to each other to a judge are too close to call."""

_NOT_IN_THE_LOG = frozenset({"resistance"})
"""Criteria on which these logs say nothing, so that marks rest on no evidence."""

_WORDS: Mapping[str, tuple[str, str]] = {
    "relevance": (
        "I see no decision that would follow from the score.",
        "A small thing, and it is said plainly who would act on it.",
    ),
    "validity": (
        "The shortcut that you name yourselves would pass too many items.",
        "You name the shortcut and draw the items against it. Good.",
    ),
    "separation": (
        "So few samples cannot tell neighbours apart.",
        "It is said beforehand which difference shows. Few entries do that.",
    ),
    "rigour": (
        "The log is of a part of the items. Run all of them.",
        "The log has the whole run and its standard error.",
    ),
    "resistance": (
        "Nothing in your logs shows that new items score like old ones.",
        "New items for each run leave nothing to learn. Show two such runs side by side.",
    ),
    "reproducibility": (
        "I would have to guess the settings.",
        "Version, seed and commit are in the log.",
    ),
    "usability": (
        "The answer format should be explained.",
        "It ran here within a minute.",
    ),
    "release": (
        "Say in one more sentence why nothing is held back.",
        "Nothing to hold back, and it says so.",
    ),
}
"""By criterion what a judge writes under a mark of 3 or less, and under a higher one."""


def review_entries(stage: Stage, key: str) -> str:
    """Let the judges look at sensitive logs, then write reviews that point to the logs."""
    with stage.reading() as session:
        drafting = _drafting(_logs(session, stage.rounds[key]))
    seen = _look_at_sensitive_logs(stage, key)
    return f"{write_reviews(stage, key, drafting=drafting)} {seen} looks at a sensitive log."


def judge_pairs(stage: Stage, key: str) -> str:
    """Let each judge put the entries that they reviewed in order, pair by pair."""
    with stage.reading() as session:
        rows = asked_of_round(session, stage.rounds[key], (AssignmentState.DONE,))
    judged = 0
    for judge in dict.fromkeys(row.reviewer for row in rows):
        own = [row for row in rows if row.reviewer == judge]
        with stage.transaction() as session:
            actor = stage.actor(session, judge)
            for one, other in combinations(own, 2):
                better = {1: one.application_id, -1: other.application_id}.get(
                    _lead(one.application, other.application, judge=judge), TOO_CLOSE
                )
                pair = (one.application_id, other.application_id)
                judge_pair(
                    session, stage.rounds[key], pair, better=str(better), actor=actor,
                    now=stage.now,
                )  # fmt: skip
                judged += 1
    return f"The judges put {judged} pairs in order."


def freeze_by_pairs(stage: Stage, key: str) -> str:
    """End reviewing and freeze the order that the pairs give."""
    with stage.transaction() as session:
        manager, round_id = stage.actor(session, MANAGER), stage.rounds[key]
        advance_round(session, round_id, RoundState.DELIBERATING, actor=manager, now=stage.now)
        frozen = freeze_pair_ranking(session, round_id, actor=manager, now=stage.now)
        return f"The order of {len(frozen.rows)} entries by pairs is frozen."


def _logs(session: Session, round_id: UUID) -> dict[str, tuple[LogPointer, ...]]:
    """Return by the entry's title the log that it attached."""
    rows = session.execute(
        select(Application.title, Attachment.id)
        .join(Attachment, Attachment.application_id == Application.id)
        .join(Question, Question.id == Attachment.question_id)
        .where(Application.round_id == round_id, Question.code == LOGS_QUESTION)
    )
    return {row.title: (LogPointer(row.id, 0),) for row in rows}


def _look_at_sensitive_logs(stage: Stage, key: str) -> int:
    with stage.transaction() as session:
        rows = asked_of_round(session, stage.rounds[key], (AssignmentState.OFFERED,))
        sensitive = dict(
            session.execute(
                select(Attachment.application_id, Attachment.id)
                .join(Application, Application.id == Attachment.application_id)
                .where(Application.round_id == stage.rounds[key], Attachment.is_sensitive)
            ).all()
        )
        looking = [row for row in rows if row.application_id in sensitive]
        for row in looking:
            record_viewing(
                session,
                sensitive[row.application_id],
                sample="1",
                actor=stage.actor(session, row.reviewer),
                now=stage.now,
            )
    return len(looking)


def _drafting(logs: Mapping[str, tuple[LogPointer, ...]]) -> Drafting:
    def draft(rubric: Rubric, *, application: str, reviewer: str) -> ReviewDraft:
        scores = {}
        for criterion in rubric.criteria:
            chance = Random(f"{application} by {reviewer} on {criterion.code}")  # noqa: S311
            wanted = _seems(application, reviewer) + STRICTNESS[reviewer] / 2
            mark = min(5, max(1, round(wanted + chance.gauss(0, 0.4))))
            points = () if criterion.code in _NOT_IN_THE_LOG else logs[application]
            scores[criterion.code] = ScoreDraft(
                mark=mark,
                shared_comment=_words(
                    criterion.code, mark, application=application, reviewer=reviewer
                ),
                evidence=points if criterion.wants_evidence else None,
            )
        return ReviewDraft(
            scores=scores,
            confidence=4,
            shared_comment="",
            private_comment="Marks of the demo, from a seed.",
        )

    return draft


def _words(criterion: str, mark: int, *, application: str, reviewer: str) -> str:
    """Return what one of the judges, chosen by a seed, writes about a criterion."""
    chance = Random(f"{application}: words on {criterion}")  # noqa: S311 - invented reviews
    low, high = _WORDS.get(criterion, ("", ""))
    return (low if mark <= 3 else high) if chance.choice(list(STRICTNESS)) == reviewer else ""


def _seems(application: str, judge: str) -> float:
    """Return how good an entry seems to a judge, before any strictness."""
    chance = Random(f"{application} seen by {judge}")  # noqa: S311 - invented judgement
    return entry_of(application).quality + chance.gauss(0, 0.2)


def _lead(one: str, other: str, *, judge: str) -> int:
    """Return 1 when the first seems better to the judge, -1 the second, 0 neither."""
    ahead = _seems(one, judge) - _seems(other, judge)
    return 0 if abs(ahead) < CLOSE else 1 if ahead > 0 else -1
