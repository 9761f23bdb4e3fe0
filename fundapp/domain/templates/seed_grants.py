"""Template: seed grants for young organisations that measure risks of AI systems."""

from fundapp.domain.letter_terms import LetterTerms, TrancheTerm
from fundapp.domain.states import RoundKind
from fundapp.domain.templates.seed_grants_applicant import ELIGIBILITY, PROJECT, TEAM, TIES
from fundapp.domain.templates.seed_grants_rubric import SEED_GRANTS_RUBRIC
from fundapp.domain.templates.seed_grants_work import BUDGET, METHOD, PLAN, REACH, RISK
from fundapp.domain.templates.shape import RoundTemplate, StageDays

_CALL_TEXT = """\
## What we look for

AI systems are used before anybody knows well what they may do wrong. We fund small teams that
measure one such risk so well that others can act on the number: a new test, a better version of a
known one, or a way to check that a test means what it says.

## What you get

- **€50,000 to €250,000** for up to 18 months, in one grant, from one or several of our funders.
- Reasons for each criterion and the reviewers’ comments, whether you are funded or not.
- No claim on your company. We take no shares.

## What we ask

- Publish the results, whatever they are. Details that could help somebody do harm may be held back.
- Test models without their developers deciding what is tested or what comes out.
- Leave behind something that others can run again.

## What we do not fund

Building or training AI systems. Work that is done and paid. Tests that only rank general ability.

## Before you write

You need about three hours once you know your project. You can see all questions before you sign in,
save as you go, and write together with colleagues. A first test run helps but is not needed.
Plain words are enough: reviewers judge what you measure, not how well you write English.
"""

SEED_GRANTS = RoundTemplate(
    code="seed-grants",
    kind=RoundKind.GRANT,
    title="Seed grants for AI evaluation start-ups",
    summary=(
        "Up to €250,000 for a team of two to twelve people who can measure a risk of AI systems "
        "that nobody measures well yet. One application reaches all our funders."
    ),
    call_text=_CALL_TEXT,
    currency="EUR",
    smallest_award=5_000_000,
    largest_award=25_000_000,
    prizes=(),
    sections=(ELIGIBILITY, PROJECT, TEAM, RISK, METHOD, PLAN, BUDGET, REACH, TIES),
    rubric=SEED_GRANTS_RUBRIC,
    reviews_wanted=3,
    funders_wanted=2,
    is_blind=False,
    days=StageDays(open=42, screening=7, reviewing=28, deliberating=21),
    letter_terms=LetterTerms(
        conditions=(
            "The results are published within three months after the work ends, whatever they "
            "are. Details that could help somebody do harm may be held back.",
            "No developer of a tested model decides what is tested, or sees results earlier than "
            "other developers.",
            "A short report follows each milestone, with the logs of the runs that it names.",
            "Tell us within 14 days if people, plan, other funding or ties to developers change.",
        ),
        tranches=(
            TrancheTerm(share=40, released_by="Acceptance of this letter"),
            TrancheTerm(share=40, released_by="Report on the first milestone"),
            TrancheTerm(share=20, released_by="Publication of the results"),
        ),
        answer_days=30,
        appeal_days=14,
        appeal_answer_days=20,
    ),
)
