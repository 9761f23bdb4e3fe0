"""Settings, rules, readiness and steps of a round, as values."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from fundapp.domain.errors import InvalidInput
from fundapp.domain.letter_terms import LetterTerms, TrancheTerm
from fundapp.domain.questions import Question, QuestionKind, Section
from fundapp.domain.readiness import lacks_of, may_open
from fundapp.domain.round_steps import RoundDates, RoundProgress, steps_from
from fundapp.domain.rounds import (
    RoundSettings,
    checked_settings,
    settings_from_template,
    settings_of_next_round,
)
from fundapp.domain.rubrics import Rubric
from fundapp.domain.rules import (
    ONLY_WHERE_SET,
    FunderShare,
    RoundContent,
    RoundIdentity,
    hash_of_rules,
    rules_text,
)
from fundapp.domain.states import (
    ROUND_TRANSITIONS,
    ApplicationState,
    AssignmentState,
    RoundState,
)
from fundapp.domain.templates import EXCEPTIONAL_EVALUATIONS, SEED_GRANTS, PrizePlace
from fundapp.domain.windows import Deadline

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
OPENS_ON = date(2026, 11, 2)
SETTINGS = settings_from_template(SEED_GRANTS, opens_on=OPENS_ON)
SHARES = tuple(
    FunderShare(
        funder_id=UUID(int=number),
        code=f"f{number}",
        name=f"Funder {number}",
        kind="foundation",
        amount=amount,
        officers=1,
    )
    for number, amount in enumerate((60_000_000, 40_000_000), start=1)
)
CONTENT = RoundContent(
    kind=SEED_GRANTS.kind,
    sections=SEED_GRANTS.sections,
    rubric=SEED_GRANTS.rubric,
    envelopes=SHARES,
)
IDENTITY = RoundIdentity("EVF-2026", "seed")


def sentences(settings: RoundSettings = SETTINGS, content: RoundContent = CONTENT) -> list[str]:
    return [lack.sentence for lack in lacks_of(settings, content, seats=9, now=NOW)]


def test_dates_keep_their_wall_clock_over_a_change_of_the_clocks() -> None:
    spring = settings_from_template(
        SEED_GRANTS, opens_on=date(2026, 3, 2), time_zone="Europe/Berlin"
    )
    assert spring.opens_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert spring.closes_at == datetime(2026, 4, 13, 13, tzinfo=UTC)
    autumn = settings_of_next_round(spring, opens_on=date(2026, 10, 5))
    assert autumn.opens_at == datetime(2026, 10, 5, 7, tzinfo=UTC)
    assert autumn.closes_at == datetime(2026, 11, 16, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (LetterTerms(conditions=("x" * 601,)), "conditions"),
        (LetterTerms(conditions=("x",) * 21), "conditions"),
        (LetterTerms(tranches=(TrancheTerm(99, "Report"),)), "tranches"),
        (LetterTerms(tranches=(TrancheTerm(100, " "),)), "tranches"),
        (LetterTerms(tranches=(TrancheTerm(0, "Now"), TrancheTerm(100, "Later"))), "tranches"),
        (LetterTerms(answer_days=0), "answer_days"),
        (LetterTerms(reserve_days=3_651), "reserve_days"),
    ],
)
def test_wrong_letter_terms_are_named(terms: LetterTerms, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_settings(replace(SETTINGS, letter_terms=terms))
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_texts_are_tidied() -> None:
    tidy = checked_settings(replace(SETTINGS, title="  Two\n lines \u202e ", call_text="a\r\nb\n"))
    assert (tidy.title, tidy.call_text) == ("Two lines", "a\nb")


def test_the_rules_are_canonical_and_whole() -> None:
    text = rules_text(IDENTITY, SETTINGS, CONTENT)
    data = json.loads(text)
    again = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert again == text
    assert sorted(data) == [
        "envelopes",
        "kind",
        "prizes",
        "reference",
        "rubric",
        "sections",
        "seed",
        "settings",
    ]
    assert sorted(data["settings"]) == sorted({*RoundSettings.__annotations__} - ONLY_WHERE_SET)
    assert hash_of_rules(text) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"closes_at": NOW},
        {"reviews_wanted": 4},
        {"is_blind": True},
        {"needs_signatures": True},
        {"announcement_languages": ("fr",)},
        {"letter_terms": LetterTerms()},
    ],
)
def test_every_change_of_the_settings_changes_the_hash(change: dict[str, object]) -> None:
    changed = replace(SETTINGS, **change)  # type: ignore[arg-type]
    assert rules_text(IDENTITY, changed, CONTENT) != rules_text(IDENTITY, SETTINGS, CONTENT)


@pytest.mark.parametrize(
    "change",
    [
        {"sections": SEED_GRANTS.sections[:-1]},
        {"rubric": Rubric(SEED_GRANTS.rubric.criteria[::-1])},
        {"envelopes": SHARES[:1]},
        {"prizes": (PrizePlace(title="First", amount=1),)},
    ],
)
def test_every_change_of_the_content_changes_the_hash(change: dict[str, object]) -> None:
    changed = replace(CONTENT, **change)  # type: ignore[arg-type]
    assert rules_text(IDENTITY, SETTINGS, changed) != rules_text(IDENTITY, SETTINGS, CONTENT)


def test_a_whole_round_may_open() -> None:
    assert sentences() == []


def test_both_templates_lack_funders_only() -> None:
    for template in (SEED_GRANTS, EXCEPTIONAL_EVALUATIONS):
        content = RoundContent(
            kind=template.kind,
            sections=template.sections,
            rubric=template.rubric,
            prizes=template.prizes,
        )
        settings = settings_from_template(template, opens_on=OPENS_ON)
        assert sentences(settings, content) == ["Add a funder with its envelope."]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"summary": ""}, "Write the summary, one or two sentences under the title."),
        ({"call_text": ""}, "Write the text of the call."),
        ({"closes_at": None}, "Set the deadline for applications."),
        ({"closes_at": NOW}, "The deadline has passed. Choose a later one."),
        ({"reviews_due_at": None}, "Set the day on which reviews end."),
        ({"decides_on": None}, "Say on which day the funders decide."),
        (
            {"funders_wanted": 3},
            "Each application wants reviews of 3 funders, but 2 take part. Add funders, or want "
            "fewer in the settings.",
        ),
    ],
)
def test_what_settings_lack(change: dict[str, object], sentence: str) -> None:
    assert sentences(replace(SETTINGS, **change)) == [sentence]  # type: ignore[arg-type]


def one_question(**change: object) -> RoundContent:
    question = Question(code="title", label="Title", kind=QuestionKind.SHORT_TEXT)
    amount = Question(code="amount", label="Amount", kind=QuestionKind.MONEY)
    last = replace(question, **change)  # type: ignore[arg-type]
    questions = (question, amount, last) if change else (question, amount)
    return replace(CONTENT, sections=(Section(code="a", title="A", questions=questions),))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (replace(CONTENT, sections=()), "Add a section with at least one question."),
        (
            replace(
                CONTENT, sections=(*CONTENT.sections, Section(code="a", title="A", questions=()))
            ),
            "“A” has no question. Add one or remove the section.",
        ),
        (
            one_question(code="plan", kind=QuestionKind.BUDGET, adds_up_to="sum"),
            "“Title” adds up to a sum that is not asked for.",
        ),
        (
            replace(CONTENT, rubric=Rubric(SEED_GRANTS.rubric.criteria[1:])),
            "The weights add up to 80. Add 20 to reach 100.",
        ),
        (
            replace(CONTENT, envelopes=(SHARES[0], replace(SHARES[1], amount=0))),
            "Say how much Funder 2 brings.",
        ),
    ],
)
def test_what_the_content_lacks(content: RoundContent, sentence: str) -> None:
    lacks = lacks_of(SETTINGS, content, seats=9, now=NOW)
    assert [lack.sentence for lack in lacks] == [sentence]
    assert not may_open(lacks)


def test_advice_does_not_stop_the_opening() -> None:
    lonely = replace(CONTENT, envelopes=(SHARES[0], replace(SHARES[1], officers=0)))
    lacks = lacks_of(SETTINGS, lonely, seats=0, now=NOW)
    assert [lack.part for lack in lacks] == ["funders", "panel"]
    assert may_open(lacks)


DATES = RoundDates(Deadline(NOW + timedelta(days=1), "UTC"), NOW + timedelta(days=2))


@pytest.mark.parametrize("state", list(RoundState))
def test_every_transition_has_its_words(state: RoundState) -> None:
    steps = steps_from(state, dates=DATES, progress=RoundProgress(), now=NOW)
    assert {step.target for step in steps} == ROUND_TRANSITIONS[state] - {RoundState.CANCELLED}


@pytest.mark.parametrize(
    ("state", "counts", "obstacle", "early"),
    [
        (
            RoundState.OPEN,
            {ApplicationState.DRAFT: 1},
            "",
            "The call promises time until Tuesday 3 November 2026, 09:00 UTC. 1 draft would be "
            "shut out.",
        ),
        (
            RoundState.SCREENING,
            {ApplicationState.SUBMITTED: 2},
            "2 applications are not checked for eligibility yet.",
            "",
        ),
        (RoundState.SCREENING, {ApplicationState.UNDER_REVIEW: 2}, "", ""),
        (
            RoundState.DELIBERATING,
            {ApplicationState.UNDER_REVIEW: 1},
            "1 application is not decided and released yet.",
            "",
        ),
    ],
)
def test_what_stands_before_a_step(
    state: RoundState, counts: dict[ApplicationState, int], obstacle: str, early: str
) -> None:
    progress = RoundProgress(applications=counts)
    step = steps_from(state, dates=DATES, progress=progress, now=NOW)[0]
    assert (step.obstacle, step.early) == (obstacle, early)


@pytest.mark.parametrize(
    ("days", "early"),
    [
        (0, "3 reviews are not in yet. The time for reviews is not over."),
        (2, "3 reviews are not in yet. The time for reviews is over."),
    ],
)
def test_open_reviews_are_told_before_reviewing_ends(days: int, early: str) -> None:
    progress = RoundProgress(
        assignments={
            AssignmentState.OFFERED: 1,
            AssignmentState.ACCEPTED: 2,
            AssignmentState.DONE: 5,
            AssignmentState.REFUSED: 4,
        }
    )
    now = NOW + timedelta(days=days)
    step = steps_from(RoundState.REVIEWING, dates=DATES, progress=progress, now=now)[0]
    assert (step.target, step.early) == (RoundState.DELIBERATING, early)
    assert (progress.reviews_done, progress.reviews_open) == (5, 3)
