"""What documents print: frozen rows of plain data.

Queries make them, `documents/` prints them; a template never sees a table object. Money is
`Money`, instants are UTC, marks and means are numbers on the criterion's own scale, texts are
as people typed them (whoever prints cleans and escapes). An empty text, an empty tuple or
None means that the document says nothing about it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from fundapp.domain.money import Money
from fundapp.domain.states import RoundKind


@dataclass(frozen=True, kw_only=True)
class FundIdentity:
    """The fund as it signs: `address` is one line, `site` and `mail` are where to write."""

    name: str
    tagline: str
    address: str
    site: str
    mail: str


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """The fund's own words for one part of a letter: Markdown with merge fields."""

    part: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PrintedRow:
    """What every document carries on every page or in its metadata.

    reference: unique per version (EVF-2026-014-A1). notice: the strip on each page.
    language: BCP 47. issued_at: UTC; also the document's own time stamp.
    verify_url, code: where and with which code to check it; both or neither.
    own_texts: what the fund says in place of the shipped words.
    """

    reference: str
    version: int
    language: str
    issued_at: datetime
    notice: str
    fund: FundIdentity
    verify_url: str = ""
    code: str = ""
    own_texts: tuple[OwnText, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Who a letter goes to. `person` may be empty; `lines` are street, town, country."""

    organisation: str
    person: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CriterionStanding:
    """How reviewers marked one criterion of one application.

    scale: the allowed marks, ascending. mean: None when all abstained. lowest, highest:
    marks given. lower, upper: the quartiles, None under four marks. funded_mean: mean over
    the funded applications of the round, None to leave it out.
    """

    title: str
    weight: int
    scale: tuple[int, ...]
    mean: float | None
    lowest: int | None = None
    highest: int | None = None
    lower: float | None = None
    upper: float | None = None
    funded_mean: float | None = None


@dataclass(frozen=True, kw_only=True)
class SharedComment:
    """A reviewer's words for the applicant, with no name. `about` is a criterion's title."""

    text: str
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class PanelView:
    """What the panel made of one application. overall: the weighted mean, None if unmarked.

    corrected: what it was ranked by where scores were corrected for strictness, else None.
    """

    reviews: int
    funders: int
    criteria: tuple[CriterionStanding, ...]
    overall: float | None
    corrected: float | None = None
    comments: tuple[SharedComment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Signature:
    """An officer's place under a letter. `on_behalf_of` is a funder or the fund."""

    officer: str
    on_behalf_of: str
    signed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """Until when the applicant may contest a fact, and within how many days we answer."""

    until_on: date
    answer_days: int


@dataclass(frozen=True, kw_only=True)
class Letter(PrintedRow):
    """What award, decline and reserve letters share.

    reason: why, in the panel's or the funders' own words, for the applicant to read.
    next_step: overrides the letter's own sentence about what happens next.
    """

    application_reference: str
    application_title: str
    round_reference: str
    round_title: str
    kind: RoundKind
    addressee: Addressee
    panel: PanelView
    signatures: tuple[Signature, ...]
    appeal: Appeal | None = None
    reason: str = ""
    next_step: str = ""


@dataclass(frozen=True, kw_only=True)
class ContributionLine:
    """One funder's part of an award; `paid_when` such as "on acceptance" may be empty."""

    funder: str
    amount: Money
    paid_when: str = ""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What is asked of the grantee; `funder` when one funder asks it for its part only."""

    text: str
    funder: str = ""


@dataclass(frozen=True, kw_only=True)
class TrancheLine:
    """One planned payment: what releases it and the first day it may come.

    own_amount: its part of the award in the applicant's currency, where it has its own.
    """

    number: int
    released_by: str
    not_before_on: date | None
    amount: Money
    own_amount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class OwnSum:
    """An award in the applicant's currency: the sum, and the rate that it was worked out at."""

    amount: Money
    rate: str
    source: str
    quoted_on: date


@dataclass(frozen=True, kw_only=True)
class ConfirmedResult:
    """A result of a winning evaluation that another team's re-run confirmed. value: as text."""

    task: str
    metric: str
    model: str
    value: str


@dataclass(frozen=True, kw_only=True)
class AwardLetter(Letter):
    """A grant or a prize. The contributions add up to `amount`.

    own: the same for who asked in another currency than the round's.

    prize: the rung ("First prize") in a prize round. answer_by_on: the last day to accept;
    it ends at 23:59 UTC. confirmed: what a re-run confirmed, None where none did.
    """

    amount: Money
    contributions: tuple[ContributionLine, ...]
    tranches: tuple[TrancheLine, ...] = ()
    conditions: tuple[Condition, ...] = ()
    prize: str = ""
    answer_by_on: date | None = None
    own: OwnSum | None = None
    confirmed: ConfirmedResult | None = None


@dataclass(frozen=True, kw_only=True)
class DeclineLetter(Letter):
    """No award. advice: the one thing to change. reviewed, awarded: counts of the round."""

    reviewed: int
    awarded: int
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class ReserveLetter(Letter):
    """On the reserve list, at `place` counted from 1, until `held_until_on`."""

    place: int
    reviewed: int
    awarded: int
    held_until_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class WithdrawalLetter(Letter):
    """An award taken back: its whole sum, and the reference of the award letter that it ends.

    Shows nothing of the panel. `reason` is the fund's own.
    """

    amount: Money
    ends: str


@dataclass(frozen=True, kw_only=True)
class Winner:
    """A published award. `prize` is the rung of a prize round, empty for a grant.

    own_amount: the award in the currency that was asked in, where that is not the round's.
    confirmed: what a re-run confirmed, None where none did.
    """

    application_reference: str
    title: str
    organisation: str
    amount: Money
    contributions: tuple[ContributionLine, ...]
    prize: str = ""
    citation: str = ""
    own_amount: Money | None = None
    confirmed: ConfirmedResult | None = None


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One reviewed application on the poster: mean, its spread, and whether it is awarded.

    lowest to highest are all marks given; lower to upper the middle half, None under four.
    label: a winner's name on the poster ("First"), at most a few in a round.
    """

    mean: float
    lowest: float
    highest: float
    lower: float | None = None
    upper: float | None = None
    is_awarded: bool = False
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class FunderTotal:
    """What one funder pays in the round, over all its awards."""

    funder: str
    amount: Money
    awards: int


@dataclass(frozen=True, kw_only=True)
class Announcement(PrintedRow):
    """A round's published result: winners best first (prizes) or by reference (grants).

    entries: every reviewed application, best first, in the ranking's own order. reviews,
    reviewers: counts. site_path: where the result stands on the web ("fund.example/prizes").
    source_note: where titles and marks come from, when not from this fund.
    """

    round_reference: str
    round_title: str
    kind: RoundKind
    winners: tuple[Winner, ...]
    entries: tuple[EntryLine, ...]
    funders: tuple[FunderTotal, ...]
    total: Money
    reviews: int
    reviewers: int
    site_path: str = ""
    source_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Certificate(PrintedRow):
    """What a winner of a prize round hangs on the wall. awarded_on: the day of the decision.

    category: of the prize, "" where it is for all entries. award_url: its public page. confirmed:
    what a re-run confirmed, None where none did.
    """

    application_reference: str
    round_reference: str
    round_title: str
    title: str
    organisation: str
    prize: str
    category: str
    citation: str
    amount: Money
    contributions: tuple[ContributionLine, ...]
    awarded_on: date
    award_url: str
    confirmed: ConfirmedResult | None = None


Cell: TypeAlias = str | int | date | Money | None
"""One printed cell. Numbers and money stand at the end of their column."""


@dataclass(frozen=True, kw_only=True)
class AttachmentLine:
    """A file as it was submitted. size: bytes. sha256: hexadecimal."""

    filename: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class AnswerRows:
    """A repeating group or a budget: a heading per column, rows of as many cells."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: Money | None = None


@dataclass(frozen=True, kw_only=True)
class CopiedAnswer:
    """A question and what was answered: a text, rows or files; nothing of it = not answered."""

    question: str
    text: str = ""
    rows: AnswerRows | None = None
    attachments: tuple[AttachmentLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CopiedSection:
    """One section of the form with its answers, in the form's order."""

    title: str
    answers: tuple[CopiedAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class SubmissionCopy(PrintedRow):
    """Exactly what was submitted. sha256: of the frozen answers, as the system stores them."""

    application_reference: str
    application_title: str
    round_title: str
    kind: RoundKind
    organisation: str
    submitted_by: str
    submitted_at: datetime
    sha256: str
    sections: tuple[CopiedSection, ...]
    is_complete: bool = True
