"""Template: a prize for evaluations of AI systems that are already there and stand out."""

from fundapp.domain.letter_terms import LetterTerms, TrancheTerm
from fundapp.domain.prize_rules import Gate, GateCode, PrizeRules
from fundapp.domain.states import RoundKind
from fundapp.domain.templates.exceptional_evaluations_entrant import ELIGIBILITY, ENTRY, TIES
from fundapp.domain.templates.exceptional_evaluations_rubric import (
    EXCEPTIONAL_EVALUATIONS_RUBRIC,
)
from fundapp.domain.templates.exceptional_evaluations_work import (
    PURPOSE,
    RELEASE,
    RESISTANCE,
    RESULTS,
    USE,
    VALIDITY,
)
from fundapp.domain.templates.shape import (
    PrizePlace,
    RoundTemplate,
    StageDays,
)

_CALL_TEXT = """\
## What we look for

Evaluations of AI systems that tell something true and useful about safety, and that others can
trust, repeat and build on. The work must be done: we honour what exists, not what is planned.

## What you win

- **First prize €50,000, second €25,000, third €10,000.** The sums are fixed before the call opens.
- Each winner gets a citation, one sentence that says why it won.
- Every entrant gets reasons for each criterion and the reviewers’ comments.

## How a winner is found

Reviewers of all funders mark every entry on the same eight criteria. They also say of two entries
which is better, pair by pair. The best entries become provisional winners. Somebody who did not
make the evaluation then runs a part of it again. If the result does not come out within the stated
uncertainty, the next entry moves up.

## Who may enter

Anybody: people, start-ups, universities, public bodies, in any country where we may pay. The
evaluation was first released in the last 24 months and has been run on at least three models.
Private items stay private. Whoever reruns them signs for that.

## Before you write

You need about three hours and the log of at least one full run. You can see all questions before
you sign in.
"""

EXCEPTIONAL_EVALUATIONS = RoundTemplate(
    code="exceptional-evaluations",
    kind=RoundKind.PRIZE,
    title="Prize for exceptional evaluations",
    summary=(
        "Three prizes, together €85,000, for evaluations of AI systems that tell something true "
        "and useful about safety and that others can trust and repeat."
    ),
    call_text=_CALL_TEXT,
    currency="EUR",
    smallest_award=None,
    largest_award=None,
    prizes=(
        PrizePlace(title="First prize", amount=5_000_000),
        PrizePlace(title="Second prize", amount=2_500_000),
        PrizePlace(title="Third prize", amount=1_000_000),
    ),
    sections=(ELIGIBILITY, ENTRY, PURPOSE, VALIDITY, RESULTS, RESISTANCE, USE, RELEASE, TIES),
    rubric=EXCEPTIONAL_EVALUATIONS_RUBRIC,
    reviews_wanted=4,
    funders_wanted=2,
    is_blind=False,
    days=StageDays(open=56, screening=7, reviewing=35, deliberating=21),
    letter_terms=LetterTerms(
        conditions=(
            "The evaluation stays open to others as it was entered, for at least one year.",
            "Tell us within 14 days if an error is found that changes a result.",
        ),
        tranches=(TrancheTerm(share=100, released_by="Acceptance of this letter"),),
        answer_days=30,
        appeal_days=14,
        appeal_answer_days=20,
    ),
    prize_rules=PrizeRules(
        gates=tuple(Gate(code) for code in GateCode),
        compares_pairs=True,
        rerun_days=14,
        takes_nominations=True,
        has_gallery=True,
    ),
)
