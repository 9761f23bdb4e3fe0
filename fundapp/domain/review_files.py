"""Reviews as a CSV file: a line per mark, for who gave it, to what, on which criterion.

An empty mark is an abstention, and its comment the reason. Where a criterion wants evidence the
column `evidence` may say "none": a file names no logs, so else it is not said. Reading finds all
that is wrong; nothing comes of a file with a bad cell.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from fundapp.domain.csv_files import BadCell, FileRefused, Line, read_table
from fundapp.domain.evidence_facts import NO_EVIDENCE, LogPointer
from fundapp.domain.reviews import CONFIDENCE_WORDS, LONGEST_COMMENT, ReviewDraft, ScoreDraft
from fundapp.domain.rubrics import Criterion, Rubric
from fundapp.domain.text import one_line, quoted

NEEDED = ("application", "reviewer", "funder", "criterion", "mark")
LONGEST_REVIEWER = 200


@dataclass(frozen=True)
class KnownReviewer:
    """Somebody on the panel, as files may name them: mail address, label or name."""

    person_id: UUID
    names: tuple[str, ...]
    funder_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewedRound:
    """What a file must fit.

    applications: under review, by reference and by the source's own name, in small
    letters. funders: by code and name. barred, reviewed: (application, person) pairs with
    a conflict, or whose review is in.
    """

    rubric: Rubric
    applications: Mapping[str, UUID]
    funders: Mapping[str, UUID]
    panel: tuple[KnownReviewer, ...]
    barred: Collection[tuple[UUID, UUID]]
    barred_funders: Collection[tuple[UUID, UUID]]
    reviewed: Collection[tuple[UUID, UUID]]


@dataclass(frozen=True)
class LoadedReview:
    """One review: by somebody on the panel, or by a new reviewer of that name (None)."""

    application_id: UUID
    reviewer: str
    person_id: UUID | None
    funder_id: UUID
    draft: ReviewDraft


@dataclass
class _Gathered:
    """The lines of one review."""

    first: Line
    lines: dict[str, Line] = field(default_factory=dict)


def read_reviews(content: bytes, round_: ReviewedRound) -> tuple[LoadedReview, ...]:
    """Return the reviews of a file; raise FileRefused with everything that is wrong."""
    table = read_table(content, needed=NEEDED)
    known = {name.casefold(): one for one in round_.panel for name in one.names if name}
    bad = [cell for line in table.lines for cell in _line_problems(line, round_)]
    gathered: dict[tuple[str, str], _Gathered] = {}
    funders: dict[str, Line] = {}
    for line in table.lines:
        name = line.cell("application").casefold()
        key = (str(round_.applications.get(name, name)), _reviewer(line).casefold())
        review = gathered.setdefault(key, _Gathered(line))
        bad += _doubled(line, review, funders.setdefault(key[1], line))
        review.lines.setdefault(line.cell("criterion"), line)
    if not bad:
        for review in gathered.values():
            bad += _review_problems(review, round_, known)
    if bad:
        raise FileRefused(bad)
    return tuple(_loaded(review, round_, known) for review in gathered.values())


def _reviewer(line: Line) -> str:
    return one_line(line.cell("reviewer"))


def _line_problems(line: Line, round_: ReviewedRound) -> Iterator[BadCell]:
    application, reviewer = line.cell("application"), _reviewer(line)
    if application.casefold() not in round_.applications:
        sentence = f"No application under review here is {quoted(application)}."
        if not application:
            sentence = "Give the application's reference or its name in the source."
        yield BadCell(line.number, "application", sentence)
    if not 0 < len(reviewer) <= LONGEST_REVIEWER:
        sentence = f"Name the reviewer in 1 to {LONGEST_REVIEWER} characters."
        yield BadCell(line.number, "reviewer", sentence)
    if line.cell("funder").casefold() not in round_.funders:
        sentence = f"No funder of this round is {quoted(line.cell('funder'))}."
        yield BadCell(line.number, "funder", sentence)
    yield from _mark_problems(line, round_.rubric)
    confidence = line.cell("confidence")
    if confidence and confidence not in {str(number) for number in CONFIDENCE_WORDS}:
        sentence = f"Give a confidence from 1 to 5, or none. It is {quoted(confidence)}."
        yield BadCell(line.number, "confidence", sentence)
    if line.cell("evidence").casefold() not in {"", NO_EVIDENCE}:
        sentence = f"Write {NO_EVIDENCE} for no evidence, or leave it empty. A file names no logs."
        yield BadCell(line.number, "evidence", sentence)
    if len(line.cell("comment")) > LONGEST_COMMENT:
        sentence = f"Shorten this to {LONGEST_COMMENT:,} characters."
        yield BadCell(line.number, "comment", sentence)


def _mark_problems(line: Line, rubric: Rubric) -> Iterator[BadCell]:
    code, mark = line.cell("criterion"), line.cell("mark")
    criterion = next((one for one in rubric.criteria if one.code == code), None)
    if criterion is None:
        offered = ", ".join(one.code for one in rubric.criteria)
        sentence = f"No criterion is {quoted(code)}. This round has: {offered}."
        yield BadCell(line.number, "criterion", sentence)
    elif mark and mark not in {str(one) for one in criterion.marks}:
        offered = ", ".join(str(one) for one in criterion.marks)
        yield BadCell(line.number, "mark", f"{quoted(mark)} is no mark. Give one of {offered}.")
    if not mark and not line.cell("comment"):
        sentence = "Give a mark; or leave it empty to abstain, and say why in the comment."
        yield BadCell(line.number, "mark", sentence)


def _doubled(line: Line, review: _Gathered, first_of_reviewer: Line) -> Iterator[BadCell]:
    earlier = review.lines.get(line.cell("criterion"))
    if earlier is not None:
        sentence = f"This mark stands on line {earlier.number} already."
        yield BadCell(line.number, "criterion", sentence)
    if line.cell("funder").casefold() != first_of_reviewer.cell("funder").casefold():
        sentence = f"On line {first_of_reviewer.number} this reviewer sits for another funder."
        yield BadCell(line.number, "funder", sentence)
    if line.cell("confidence") != review.first.cell("confidence"):
        sentence = f"On line {review.first.number} this review has another confidence."
        yield BadCell(line.number, "confidence", sentence)


def _review_problems(
    review: _Gathered, round_: ReviewedRound, known: Mapping[str, KnownReviewer]
) -> Iterator[BadCell]:
    line = review.first
    application = round_.applications[line.cell("application").casefold()]
    funder = round_.funders[line.cell("funder").casefold()]
    person = known.get(_reviewer(line).casefold())
    missing = [one.code for one in round_.rubric.criteria if one.code not in review.lines]
    if missing:
        sentence = f"This review has no line for {', '.join(missing)}. Add one for each."
        yield BadCell(line.number, "criterion", sentence)
    if all(not one.cell("mark") for one in review.lines.values()):
        yield BadCell(line.number, "mark", "This review abstains on everything. Leave it out.")
    if (application, funder) in round_.barred_funders:
        sentence = "This funder has a conflict of interest with the application."
        yield BadCell(line.number, "funder", sentence)
    if person is None:
        return
    if person.funder_id != funder:
        sentence = f"{quoted(_reviewer(line))} sits on the panel for another funder."
        yield BadCell(line.number, "funder", sentence)
    if (application, person.person_id) in round_.barred:
        sentence = "This reviewer has a conflict of interest with the application."
        yield BadCell(line.number, "reviewer", sentence)
    if (application, person.person_id) in round_.reviewed:
        yield BadCell(line.number, "reviewer", "This reviewer's review is in already.")


def _loaded(
    review: _Gathered, round_: ReviewedRound, known: Mapping[str, KnownReviewer]
) -> LoadedReview:
    line = review.first
    person = known.get(_reviewer(line).casefold())
    confidence = line.cell("confidence")
    return LoadedReview(
        application_id=round_.applications[line.cell("application").casefold()],
        reviewer=_reviewer(line),
        person_id=person.person_id if person else None,
        funder_id=round_.funders[line.cell("funder").casefold()],
        draft=ReviewDraft(
            scores={
                one.code: _score(review.lines[one.code], one) for one in round_.rubric.criteria
            },
            confidence=int(confidence) if confidence else None,
        ),
    )


def _score(line: Line, criterion: Criterion) -> ScoreDraft:
    mark, comment = line.cell("mark"), line.cell("comment")
    if not mark:
        return ScoreDraft(is_abstained=True, abstain_reason=comment)
    is_none = criterion.wants_evidence and line.cell("evidence").casefold() == NO_EVIDENCE
    evidence: tuple[LogPointer, ...] | None = () if is_none else None
    return ScoreDraft(mark=int(mark), shared_comment=comment, evidence=evidence)
