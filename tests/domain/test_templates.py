import json
import re

import pytest

from fundapp.domain.letter_terms import letter_terms_as_data, letter_terms_from_data
from fundapp.domain.money import CURRENCIES
from fundapp.domain.prize_readiness import categories_of, prize_problems
from fundapp.domain.prize_rules import NO_PRIZE_RULES, Gate, GateCode, PrizeRules
from fundapp.domain.questions import (
    QuestionKind,
    check_question,
    question_as_data,
    question_from_data,
)
from fundapp.domain.rubrics import check_rubric
from fundapp.domain.rules import RoundContent
from fundapp.domain.sections import SectionStatus, check_section
from fundapp.domain.templates import EXCEPTIONAL_EVALUATIONS, SEED_GRANTS, TEMPLATES
from fundapp.domain.text import count_words

every_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.code)


def test_the_criteria_and_weights_are_those_of_the_design():
    assert [(c.code, c.weight) for c in SEED_GRANTS.rubric.criteria] == [
        ("importance", 20),
        ("validity", 25),
        ("feasibility", 15),
        ("team", 10),
        ("independence", 10),
        ("cost", 10),
        ("reach", 10),
    ]
    assert [(c.code, c.weight) for c in EXCEPTIONAL_EVALUATIONS.rubric.criteria] == [
        ("relevance", 15),
        ("validity", 20),
        ("separation", 10),
        ("rigour", 15),
        ("resistance", 10),
        ("reproducibility", 10),
        ("usability", 10),
        ("release", 10),
    ]


@every_template
def test_a_round_can_open_with_it(template):
    assert check_rubric(template.rubric) == []
    assert [problem for q in template.questions for problem in check_question(q)] == []
    assert template.currency in CURRENCIES
    assert 1 <= template.funders_wanted <= template.reviews_wanted
    assert sum(tranche.share for tranche in template.letter_terms.tranches) == 100


@every_template
def test_codes_are_unique(template):
    codes = [question.code for question in template.questions]
    assert len(set(codes)) == len(codes)
    sections = [section.code for section in template.sections]
    assert len(set(sections)) == len(sections)


@every_template
def test_it_survives_json(template):
    for question in template.questions:
        assert question_from_data(json.loads(json.dumps(question_as_data(question)))) == question
    terms = json.loads(json.dumps(letter_terms_as_data(template.letter_terms)))
    assert letter_terms_from_data(terms) == template.letter_terms


@every_template
def test_every_section_asks_for_something(template):
    for section in template.sections:
        check = check_section(section.questions, {}, currency=template.currency)
        assert check.status is SectionStatus.NOT_BEGUN
        assert check.missing != ()


@every_template
def test_the_sentences_are_short_and_whole(template):
    for question in template.questions:
        asked = [question, *question.columns]
        sentences = [s for q in asked for s in (q.help, q.if_missing, q.if_not_passing) if s]
        assert [s for s in sentences if not s.endswith(".")] == [
            s for s in sentences if s.endswith("?")
        ]
        assert [s for s in sentences if "!" in s or count_words(s) > 45] == []
        assert all(q.if_missing for q in asked if q.required)
    for criterion in template.rubric.criteria:
        assert criterion.question.endswith("?")
        anchors = list(criterion.anchors.values())
        assert len(set(anchors)) == len(anchors)
        assert [a for a in anchors if not a.endswith(".") or count_words(a) > 45] == []


@every_template
def test_sections_name_criteria_that_there_are(template):
    titles = [criterion.title for criterion in template.rubric.criteria]
    named = [
        title for section in template.sections for title in re.findall("“(.*?)”", section.intro)
    ]
    assert sorted(named) == sorted(titles)


@every_template
def test_the_form_takes_an_afternoon_not_a_week(template):
    words = sum(question.max_words or 0 for question in template.questions)
    assert words <= 2_800


@every_template
def test_whoever_must_be_known_for_conflicts_is_asked_and_hidden_in_blind_rounds(template):
    [team] = [question for question in template.questions if question.code == "team"]
    assert team.identifying is True
    assert [column.code for column in team.columns] == ["name", "email", "role"]


def test_the_budget_of_a_grant_adds_up_to_what_is_asked_for():
    [budget] = [q for q in SEED_GRANTS.questions if q.kind is QuestionKind.BUDGET]
    [amount] = [q for q in SEED_GRANTS.questions if q.code == budget.adds_up_to]
    assert (amount.minimum, amount.maximum) == (
        SEED_GRANTS.smallest_award,
        SEED_GRANTS.largest_award,
    )


def test_the_sums_in_the_prize_call_are_those_of_its_ladder():
    told = re.findall("€([0-9,]+)", EXCEPTIONAL_EVALUATIONS.call_text)
    sums = [place.amount for place in EXCEPTIONAL_EVALUATIONS.prizes]
    assert [int(text.replace(",", "")) * 100 for text in told] == sums
    assert f"€{sum(sums) // 100:,}" in EXCEPTIONAL_EVALUATIONS.summary


def test_the_prize_template_has_all_gates_and_a_form_that_feeds_them():
    template = EXCEPTIONAL_EVALUATIONS
    assert template.prize_rules == PrizeRules(
        gates=tuple(Gate(code) for code in GateCode),
        compares_pairs=True,
        rerun_days=14,
        rerun_margin=0,
        takes_nominations=True,
        has_gallery=True,
    )
    content = RoundContent(
        kind=template.kind, sections=template.sections, prizes=tuple(template.prizes)
    )
    assert categories_of(content) == ()
    assert prize_problems(template.prize_rules, content) == []
    assert SEED_GRANTS.prize_rules == NO_PRIZE_RULES


def test_who_is_not_eligible_is_told_at_once():
    section = SEED_GRANTS.sections[0]
    answers = {question.code: "Yes" for question in section.questions}
    check = check_section(section.questions, {**answers, "is_small": "No"}, currency="EUR")
    assert [problem.sentence for problem in check.problems] == [
        "This call is for teams of two to twelve people."
    ]
    assert check_section(section.questions, answers, currency="EUR").problems == ()
