"""Rounds made of public data: their call, form and rubric, and the files that are loaded.

Nothing is invented about real work: a replay has one criterion, the source's own mark on
the source's own scale. Sums, start-ups and funders are constructed.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from random import Random
from typing import Any

from fundapp.demo.projects import DATA
from fundapp.domain.letter_terms import LetterTerms, TrancheTerm
from fundapp.domain.questions import Question, QuestionKind, Section
from fundapp.domain.rubrics import Criterion, Rubric
from fundapp.domain.states import RoundKind
from fundapp.domain.templates.shape import PrizePlace, RoundTemplate, StageDays

PRIZE_NOTICE = "Replay of public reviews; no prize was given or refused."
PRIZE_SOURCE = (
    "Titles, ratings and confidences are those of 68 submissions to ICLR 2023 about benchmarks, "
    "evaluation, audits or red teaming, from public OpenReview records. Entrants, funders and "
    "sums are invented."
)
GRANT_NOTICE = (
    "Replay: the start-ups are fictional; titles and votes come from unrelated public sources."
)
GRANT_SOURCE = (
    "Titles name evaluations registered in Inspect Evals 0.26.0. Votes are those of nine assessors "
    "on 87 unrelated proposals (Zenodo 4531160). Start-ups, funders and sums are invented."
)
_SEED = 20_260_101
_DAYS = StageDays(open=42, screening=7, reviewing=28, deliberating=14)

TITLE = Question(
    code="title", label="Title", kind=QuestionKind.SHORT_TEXT, if_missing="Give the title."
)
LINK = Question(code="link", label="Where it can be read", kind=QuestionKind.LINK, required=False)
AMOUNT = Question(
    code="amount",
    label="How much do you ask for?",
    kind=QuestionKind.MONEY,
    if_missing="Enter the sum that you ask for.",
)
SUMMARY = Question(
    code="summary",
    label="What would be extended?",
    kind=QuestionKind.LONG_TEXT,
    if_missing="Say what would be extended.",
)

PRIZE_TEMPLATE = RoundTemplate(
    code="replay-of-reviews",
    kind=RoundKind.PRIZE,
    title="Prize for exceptional evaluations, replayed on public reviews",
    summary="68 public submissions with their 254 public ratings, run through a prize round.",
    call_text=(
        "## What this is\n\nA replay, to show how a prize round works with real reviews. "
        "Titles, ratings and confidences are public; nobody entered and no prize was given "
        "or refused.\n\n## What cannot be seen\n\nReviewers are anonymous and cannot be "
        "followed from one submission to the next, so nobody can tell a strict reviewer from "
        "a weak submission. The app says so and estimates nothing."
    ),
    currency="EUR",
    smallest_award=None,
    largest_award=None,
    prizes=(
        PrizePlace(title="First prize", amount=5_000_000),
        PrizePlace(title="Second prize", amount=2_500_000),
        PrizePlace(title="Third prize", amount=1_000_000),
    ),
    sections=(Section(code="entry", title="The entry", questions=(TITLE, LINK)),),
    rubric=Rubric(
        (
            Criterion(
                code="rating",
                title="Rating",
                question="The source's own recommendation. What should happen to it?",
                weight=100,
                marks=(1, 3, 5, 6, 8, 10),
                anchors={
                    1: "Strong reject",
                    3: "Reject",
                    5: "Marginally below the threshold",
                    6: "Marginally above the threshold",
                    8: "Accept",
                    10: "Strong accept",
                },
            ),
        )
    ),
    reviews_wanted=3,
    funders_wanted=2,
    is_blind=False,
    days=_DAYS,
    letter_terms=LetterTerms(tranches=(TrancheTerm(100, "Acceptance of this letter"),)),
)

GRANT_TEMPLATE = RoundTemplate(
    code="replay-of-votes",
    kind=RoundKind.GRANT,
    title="Extending public evaluations, replayed on public votes",
    summary="87 fictional start-ups ask for money to extend real evaluations; the votes are real.",
    call_text=(
        "## What this is\n\nA replay, to show how four funders decide together. The votes are "
        "those of nine assessors on 87 proposals that have nothing to do with these titles. "
        "The start-ups do not exist.\n\n## How it was made\n\nA vote that was not cast counts "
        "as a recusal. Of the others the assigner chose five per application, from at least "
        "three funders, and those votes were taken."
    ),
    currency="EUR",
    smallest_award=5_000_000,
    largest_award=25_000_000,
    prizes=(),
    sections=(
        Section(code="project", title="The project", questions=(TITLE, SUMMARY, LINK)),
        Section(code="money", title="The money", questions=(AMOUNT,)),
    ),
    rubric=Rubric(
        (
            Criterion(
                code="vote",
                title="Vote",
                question="The source's own vote. Should it be paid?",
                weight=100,
                marks=(1, 2, 3, 4, 5, 6),
                anchors={6: "A", 5: "AB", 4: "B", 3: "BC", 2: "C", 1: "D"},
            ),
        )
    ),
    reviews_wanted=5,
    funders_wanted=3,
    is_blind=False,
    days=_DAYS,
    letter_terms=LetterTerms(
        tranches=(
            TrancheTerm(60, "Acceptance of this letter"),
            TrancheTerm(40, "Publication of the results"),
        )
    ),
)


@dataclass(frozen=True)
class Vote:
    """One assessor's vote on one proposal, 6 (A) to 1 (D)."""

    proposal: str
    assessor: str
    mark: int


def prize_applications() -> bytes:
    """Return the file of 68 entries for `import-applications`."""
    return _csv(
        ("application", "title", "organisation", "amount", "currency", "link"),
        (
            (
                key,
                rows[0]["title"],
                f"Entrant {number}",
                "",
                "",
                f"https://openreview.net/forum?id={key}",
            )
            for number, (key, rows) in enumerate(_submissions().items(), start=1)
        ),
    )


def prize_reviews(funders: Sequence[str]) -> bytes:
    """Return the file of 254 reviews for `import-reviews`, spread over `funders` (codes).

    Each review is its own anonymous reviewer; those of one entry sit for different funders.
    """
    return _csv(
        ("application", "reviewer", "funder", "criterion", "mark", "confidence", "comment"),
        (
            (
                key,
                f"Anonymous reviewer {number}.{row['review']}",
                funders[(number + place) % len(funders)],
                "rating",
                row["rating"],
                row["confidence"],
                "",
            )
            for number, (key, rows) in enumerate(_submissions().items(), start=1)
            for place, row in enumerate(rows)
        ),
    )


def grant_applications() -> bytes:
    """Return the file of 87 fictional applications for `import-applications`."""
    chance = Random(_SEED)  # noqa: S311 - invented sums, not secrets
    names = iter(_start_up_names())
    return _csv(
        ("application", "title", "organisation", "amount", "currency", "link", "summary"),
        (
            (
                proposal,
                f"{_short_name(evaluation['title'])}: {_EXTENSIONS[place % len(_EXTENSIONS)]}",
                next(names),
                str(chance.randrange(50, 251) * 1_000),
                "EUR",
                evaluation["url"] or "",
                _summary_of(evaluation),
            )
            for place, (proposal, evaluation) in enumerate(
                zip(proposals(), _evaluations(), strict=False)
            )
        ),
    )


def grant_reviews(assigned: Iterable[tuple[str, str, str]]) -> bytes:
    """Return the votes of the `assigned` (proposal, assessor, funder code) as a file.

    The file names assessors as `assessor_name` does.
    """
    marks = {(vote.proposal, vote.assessor): vote.mark for vote in votes()}
    return _csv(
        ("application", "reviewer", "funder", "criterion", "mark", "confidence", "comment"),
        (
            (proposal, assessor_name(assessor), funder, "vote", marks[proposal, assessor], "", "")
            for proposal, assessor, funder in assigned
        ),
    )


def assessor_name(assessor: str) -> str:
    """Return "Assessor 3 (replay)" for voter3."""
    return f"Assessor {assessor.removeprefix('voter')} (replay)"


@cache
def votes() -> tuple[Vote, ...]:
    """Return the votes in the order of the source."""
    with (DATA / "snsf-mint-votes-section-one.csv").open(newline="") as source:
        return tuple(
            Vote(row["proposal"], row["assessor"], int(row["num_grade"]))
            for row in csv.DictReader(source)
        )


def proposals() -> tuple[str, ...]:
    """Return the names of the 87 proposals in the order of the source."""
    return tuple(dict.fromkeys(vote.proposal for vote in votes()))


def assessors() -> tuple[str, ...]:
    """Return the names of the nine assessors."""
    return tuple(sorted({vote.assessor for vote in votes()}))


def absent_votes() -> tuple[tuple[str, str], ...]:
    """Return the pairs (proposal, assessor) without a vote, which count as recusals."""
    cast: Collection[tuple[str, str]] = {(vote.proposal, vote.assessor) for vote in votes()}
    return tuple(
        (proposal, assessor)
        for proposal in proposals()
        for assessor in assessors()
        if (proposal, assessor) not in cast
    )


_EXTENSIONS = (
    "two more languages",
    "fresh items every quarter",
    "intervals that hold",
    "a private third",
    "graders under test",
    "small models too",
    "longer runs",
)
_FIRST = [
    "Amber",
    "Basalt",
    "Cobalt",
    "Delta",
    "Ember",
    "Fjord",
    "Granite",
    "Harbour",
    "Indigo",
    "Juniper",
    "Karst",
    "Lagoon",
    "Marble",
]
_SECOND = ["Gauge", "Metrics", "Probe", "Assay", "Scale", "Bench", "Lens"]


def _start_up_names() -> list[str]:
    return [f"{first} {second} (fictional)" for second in _SECOND for first in _FIRST]


def _short_name(title: str) -> str:
    return " ".join(title.split(":")[0].split(" - ")[0].split())


def _summary_of(evaluation: dict[str, Any]) -> str:
    samples = sum(task["samples"] or 0 for task in evaluation["tasks"])
    return (
        f"A fictional start-up would extend the public evaluation “{evaluation['title']}” "
        f"(area: {evaluation['area']}; {samples:,} samples)."
    )


@cache
def _submissions() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (DATA / "iclr-2023-reviews.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            found[row["submission_id"]].append(row)
    return dict(found)


@cache
def _evaluations() -> tuple[dict[str, Any], ...]:
    text = (DATA / "inspect-evals-0.26.0.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow(heads)
    writer.writerows(rows)
    return target.getvalue().encode()
