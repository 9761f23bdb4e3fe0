"""What a draft round still lacks before its call can open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fundapp.domain.applications import AMOUNT_CODE, TITLE_CODE
from fundapp.domain.money import Money
from fundapp.domain.prize_readiness import prize_problems
from fundapp.domain.questions import Question, QuestionKind, check_question
from fundapp.domain.rounds import RoundSettings
from fundapp.domain.rubrics import check_rubric
from fundapp.domain.rules import RoundContent
from fundapp.domain.states import RoundKind

FRESH_RATE = timedelta(days=31)
"""How old a rate may be before the round asks for a newer one, as in a copy of a round."""


@dataclass(frozen=True)
class Lack:
    """One thing to do. part: the page that mends it. A call with needed lacks cannot open."""

    part: str
    sentence: str
    is_needed: bool = True


def lacks_of(
    settings: RoundSettings, content: RoundContent, *, seats: int, now: datetime
) -> list[Lack]:
    """Return what is missing, the needed things of each part before the advice.

    parts: settings, form, rubric, funders, prizes, prize_rules, panel.
    """
    return [
        *_settings(settings, now),
        *_form(content),
        *(Lack("rubric", problem.sentence) for problem in check_rubric(content.rubric)),
        *_funders(settings, content),
        *_rates(settings, content, now),
        *_prizes(settings, content),
        *_panel(settings, seats),
    ]


def may_open(lacks: list[Lack]) -> bool:
    """Tell whether nothing that is needed is missing."""
    return not any(lack.is_needed for lack in lacks)


def _settings(settings: RoundSettings, now: datetime) -> Iterator[Lack]:
    if not settings.summary:
        yield Lack("settings", "Write the summary, one or two sentences under the title.")
    if not settings.call_text:
        yield Lack("settings", "Write the text of the call.")
    if settings.closes_at is None:
        yield Lack("settings", "Set the deadline for applications.")
    elif settings.closes_at <= now:
        yield Lack("settings", "The deadline has passed. Choose a later one.")
    if settings.reviews_due_at is None:
        yield Lack("settings", "Set the day on which reviews end.")
    if settings.decides_on is None:
        yield Lack("settings", "Say on which day the funders decide.", is_needed=False)


def _form(content: RoundContent) -> Iterator[Lack]:
    questions = {
        question.code: question for section in content.sections for question in section.questions
    }
    if not questions:
        yield Lack("form", "Add a section with at least one question.")
        return
    for section in content.sections:
        if not section.questions:
            yield Lack("form", f"“{section.title}” has no question. Add one or remove the section.")
    if TITLE_CODE not in questions:
        yield Lack("form", f"Ask for a title: a short text with the code “{TITLE_CODE}”.")
    if content.kind is RoundKind.GRANT and not _asks_for_money(questions, AMOUNT_CODE):
        sentence = f"Ask for the amount: a sum of money with the code “{AMOUNT_CODE}”."
        yield Lack("form", sentence)
    for question in questions.values():
        yield from _question(question, questions)


def _question(question: Question, questions: Mapping[str, Question]) -> Iterator[Lack]:
    for problem in check_question(question):
        yield Lack("form", f"“{question.label}”: {problem.sentence}")
    if question.adds_up_to and not _asks_for_money(questions, question.adds_up_to):
        yield Lack("form", f"“{question.label}” adds up to a sum that is not asked for.")


def _asks_for_money(questions: Mapping[str, Question], code: str) -> bool:
    return code in questions and questions[code].kind is QuestionKind.MONEY


def _funders(settings: RoundSettings, content: RoundContent) -> Iterator[Lack]:
    if not content.envelopes:
        yield Lack("funders", "Add a funder with its envelope.")
        return
    if len(content.envelopes) < settings.funders_wanted:
        sentence = (
            f"Each application wants reviews of {settings.funders_wanted} funders, but "
            f"{len(content.envelopes)} take part. Add funders, or want fewer in the settings."
        )
        yield Lack("funders", sentence)
    for share in content.envelopes:
        if share.amount == 0:
            yield Lack("funders", f"Say how much {share.name} brings.")
        if share.weights and not any(share.weights.values()):
            yield Lack("funders", f"{share.name} counts no criterion. Give one a weight above 0.")
        if share.officers == 0:
            sentence = f"Invite an officer of {share.name}: nobody can approve its money yet."
            yield Lack("funders", sentence, is_needed=False)


def _rates(settings: RoundSettings, content: RoundContent, now: datetime) -> Iterator[Lack]:
    if settings.is_blind and content.rates:
        sentence = (
            "Reviewers of this blind round read sums in the applicant’s currency, which may tell "
            "the country. Take one currency only, or accept that."
        )
        yield Lack("funders", sentence, is_needed=False)
    for one in content.rates:
        if one.quoted_on < (now - FRESH_RATE).date():
            day = f"{one.quoted_on.day} {one.quoted_on:%B %Y}"
            sentence = f"The rate of {one.currency} is of {day}. Look for a newer one."
            yield Lack("funders", sentence, is_needed=False)


def _prizes(settings: RoundSettings, content: RoundContent) -> Iterator[Lack]:
    if content.kind is not RoundKind.PRIZE:
        return
    if not content.prizes:
        yield Lack("prizes", "Add at least one prize.")
    promised = sum(prize.amount for prize in content.prizes)
    held = sum(share.amount for share in content.envelopes)
    if content.envelopes and promised > held:
        missing = Money(promised - held, settings.currency)
        yield Lack("prizes", f"The prizes come to {missing} more than the envelopes hold.")
    for problem in prize_problems(settings.prize_rules, content):
        yield Lack(problem.field, problem.sentence)


def _panel(settings: RoundSettings, seats: int) -> Iterator[Lack]:
    if seats < settings.reviews_wanted:
        sentence = (
            f"{seats} of at least {settings.reviews_wanted} reviewers sit on the panel. You may "
            "invite the others while the call is open."
        )
        yield Lack("panel", sentence, is_needed=False)
