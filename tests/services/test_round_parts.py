"""The parts of a draft: sections, questions, criteria, envelopes, prizes."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.questions import Question, QuestionKind
from fundapp.domain.rubrics import Criterion
from fundapp.domain.states import RoundState
from fundapp.domain.templates import PrizePlace
from fundapp.models import AuditEvent, Round, Section
from fundapp.models import Criterion as CriterionRow
from fundapp.queries.access import actor_for
from fundapp.queries.questions import all_questions, form_of_round
from fundapp.queries.round_records import criteria_of_round, envelopes_of_round, prizes_of_round
from fundapp.services import round_form, round_money, rubrics
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_manager,
    a_person,
    a_round,
    a_seat,
    a_section,
    an_envelope,
)

QUESTION = Question(code="title", label="Title", kind=QuestionKind.SHORT_TEXT)
CRITERION = Criterion(
    code="", title="Reach", question="Who gains?", weight=10, marks=(1, 2), anchors={1: "", 2: ""}
)


@pytest.fixture
def manager(session: Session) -> Actor:
    return actor_for(session, a_manager(session).id)


@pytest.fixture
def draft(session: Session) -> Round:
    return a_round(session, RoundState.DRAFT)


def titles(session: Session, round_: Round) -> list[str]:
    return [section.title for section in form_of_round(session, round_.id)]


def codes(session: Session, round_: Round) -> list[str]:
    return [asked.code for asked in all_questions(form_of_round(session, round_.id))]


def add_section(session: Session, round_: Round, manager: Actor, title: str) -> Section:
    return round_form.add_section(session, round_.id, title=title, intro="", actor=manager, now=NOW)


def add_question(session: Session, section: Section, manager: Actor, **change: object) -> UUID:
    question = replace(QUESTION, **change)  # type: ignore[arg-type]
    return round_form.add_question(session, section.id, question, actor=manager, now=NOW).id


def test_sections_are_added_moved_and_removed(
    session: Session, draft: Round, manager: Actor
) -> None:
    made = [add_section(session, draft, manager, title) for title in "ABC"]
    round_form.move_section(session, made[2].id, by=-1, actor=manager, now=NOW)
    assert titles(session, draft) == ["A", "C", "B"]
    round_form.move_section(session, made[0].id, by=-5, actor=manager, now=NOW)
    assert titles(session, draft) == ["A", "C", "B"]
    round_form.remove_section(session, made[0].id, actor=manager, now=NOW)
    assert titles(session, draft) == ["C", "B"]


def test_a_removed_section_takes_its_questions(
    session: Session, draft: Round, manager: Actor
) -> None:
    section = add_section(session, draft, manager, "A")
    add_question(session, section, manager)
    round_form.remove_section(session, section.id, actor=manager, now=NOW)
    assert codes(session, draft) == []


def test_questions_move_within_and_between_sections(
    session: Session, draft: Round, manager: Actor
) -> None:
    one, two = (add_section(session, draft, manager, title) for title in "AB")
    first = add_question(session, one, manager, code="a")
    second = add_question(session, one, manager, code="b")
    round_form.move_question(session, second, by=-1, actor=manager, now=NOW)
    assert codes(session, draft) == ["b", "a"]
    round_form.update_question(
        session,
        second,
        replace(QUESTION, code="b"),
        section_id=two.id,
        version=round_form.question_stamp(replace(QUESTION, code="b")),
        actor=manager,
        now=NOW,
    )
    assert codes(session, draft) == ["a", "b"]
    round_form.remove_question(session, first, actor=manager, now=NOW)
    assert codes(session, draft) == ["b"]


def test_two_questions_do_not_share_a_code(session: Session, draft: Round, manager: Actor) -> None:
    section = add_section(session, draft, manager, "A")
    add_question(session, section, manager)
    with pytest.raises(InvalidInput) as refusal:
        add_question(session, section, manager, label="Another")
    assert refusal.value.problems[0].field == "code"


def test_a_question_is_not_moved_to_another_round(
    session: Session, draft: Round, manager: Actor
) -> None:
    question_id = add_question(session, add_section(session, draft, manager, "A"), manager)
    foreign = a_section(session, a_round(session, RoundState.DRAFT))
    with pytest.raises(InvalidInput, match="section of this round"):
        round_form.update_question(
            session,
            question_id,
            QUESTION,
            section_id=foreign.id,
            version=round_form.question_stamp(QUESTION),
            actor=manager,
            now=NOW,
        )


def test_a_question_changed_by_another_is_not_overwritten(
    session: Session, draft: Round, manager: Actor
) -> None:
    section = add_section(session, draft, manager, "A")
    question_id = add_question(session, section, manager)
    stamp = round_form.question_stamp(QUESTION)
    mine, theirs = replace(QUESTION, label="Mine"), replace(QUESTION, label="Theirs")
    terms = {"section_id": section.id, "version": stamp, "actor": manager, "now": NOW}
    round_form.update_question(session, question_id, theirs, **terms)  # type: ignore[arg-type]
    with pytest.raises(StaleVersion) as refusal:
        round_form.update_question(session, question_id, mine, **terms)  # type: ignore[arg-type]
    assert refusal.value.theirs == theirs
    assert refusal.value.version == round_form.question_stamp(theirs)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 301}, "label"),
        ({"code": "Über"}, "code"),
        ({"max_words": 0}, "max_words"),
        ({"max_words": 10_001}, "max_words"),
        ({"kind": QuestionKind.SINGLE_CHOICE, "options": ("One",)}, "options"),
        ({"kind": QuestionKind.GROUP}, "columns"),
        ({"minimum": 2, "maximum": 1}, "maximum"),
        ({"maximum": 10**16}, "maximum"),
    ],
)
def test_wrong_questions_are_named(
    session: Session, draft: Round, manager: Actor, change: dict[str, object], field: str
) -> None:
    section = add_section(session, draft, manager, "A")
    with pytest.raises(InvalidInput) as refusal:
        add_question(session, section, manager, **change)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_criteria_get_codes_and_places(session: Session, draft: Round, manager: Actor) -> None:
    rows = [
        rubrics.add_criterion(
            session, draft.id, replace(CRITERION, title=title), actor=manager, now=NOW
        )
        for title in ("Reach", "Reach?")
    ]
    assert [row.code for row in rows] == ["reach", "reach_2"]
    rubrics.move_criterion(session, rows[1].id, by=-1, actor=manager, now=NOW)
    assert [found.code for _, found in criteria_of_round(session, draft.id)] == ["reach_2", "reach"]
    shown = rubrics.weights_stamp({row.id: row.weight for row in rows})
    wanted = {rows[0].id: 60, rows[1].id: 40}
    rubrics.set_weights(session, draft.id, wanted, version=shown, actor=manager, now=NOW)
    assert [found.weight for _, found in criteria_of_round(session, draft.id)] == [40, 60]
    rubrics.remove_criterion(session, rows[0].id, actor=manager, now=NOW)
    assert [found.code for _, found in criteria_of_round(session, draft.id)] == ["reach_2"]


def test_a_double_click_adds_one_criterion_and_one_section(
    session: Session, draft: Round, manager: Actor
) -> None:
    add_section(session, draft, manager, "Reach")
    with pytest.raises(InvalidInput, match="A section of this title is there already"):
        add_section(session, draft, manager, "Reach")
    rubrics.add_criterion(session, draft.id, CRITERION, actor=manager, now=NOW)
    with pytest.raises(InvalidInput, match="A criterion of this title is there already"):
        rubrics.add_criterion(session, draft.id, CRITERION, actor=manager, now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"weight": 0}, "weight"),
        ({"weight": 101}, "weight"),
        ({"marks": (3, 1)}, "marks"),
        ({"marks": (1,)}, "marks"),
        ({"marks": (0, 101)}, "marks"),
        ({"anchors": {1: "x" * 1_001}}, "anchor_1"),
    ],
)
def test_wrong_criteria_are_named(
    session: Session, draft: Round, manager: Actor, change: dict[str, object], field: str
) -> None:
    criterion = replace(CRITERION, **change)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput) as refusal:
        rubrics.add_criterion(session, draft.id, criterion, actor=manager, now=NOW)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_criterion_changed_by_another_is_not_overwritten(
    session: Session, draft: Round, manager: Actor
) -> None:
    row = rubrics.add_criterion(session, draft.id, CRITERION, actor=manager, now=NOW)
    stamp = rubrics.criterion_stamp(criteria_of_round(session, draft.id)[0][1])
    for title in ("Theirs", "Mine"):
        changed = replace(CRITERION, title=title)
        if title == "Mine":
            with pytest.raises(StaleVersion):
                rubrics.update_criterion(
                    session, row.id, changed, version=stamp, actor=manager, now=NOW
                )
        else:
            rubrics.update_criterion(
                session, row.id, changed, version=stamp, actor=manager, now=NOW
            )
    assert row.title == "Theirs"


def test_weights_set_by_another_are_not_overwritten(
    session: Session, draft: Round, manager: Actor
) -> None:
    row = rubrics.add_criterion(session, draft.id, CRITERION, actor=manager, now=NOW)
    terms: dict[str, Any] = {"actor": manager, "now": NOW}
    terms["version"] = rubrics.weights_stamp({row.id: row.weight})
    rubrics.set_weights(session, draft.id, {row.id: 70}, **terms)
    with pytest.raises(StaleVersion) as refused:
        rubrics.set_weights(session, draft.id, {row.id: 30}, **terms)
    assert (row.weight, refused.value.theirs) == (70, {row.id: 70})
    rubrics.set_weights(
        session, draft.id, {row.id: 30}, **terms | {"version": refused.value.version}
    )
    assert row.weight == 30


def test_weights_that_stand_already_are_no_change(
    session: Session, draft: Round, manager: Actor
) -> None:
    row = rubrics.add_criterion(session, draft.id, CRITERION, actor=manager, now=NOW)
    weights = {row.id: row.weight}
    rubrics.set_weights(session, draft.id, weights, version=0, actor=manager, now=NOW)
    events = session.scalars(select(AuditEvent.event)).all()
    assert "round.weights_set" not in events


def test_an_envelope_set_by_another_is_not_overwritten(
    session: Session, draft: Round, manager: Actor
) -> None:
    funder = a_funder(session)
    terms: dict[str, Any] = {"actor": manager, "now": NOW}
    terms["version"] = round_money.envelopes_stamp(())
    round_money.set_envelope(session, draft.id, funder.id, amount=1_000, **terms)
    with pytest.raises(StaleVersion):
        round_money.set_envelope(session, draft.id, funder.id, amount=2_000, **terms)
    round_money.set_envelope(session, draft.id, funder.id, amount=1_000, **terms)
    assert [share.amount for share in envelopes_of_round(session, draft.id)] == [1_000]


def test_envelopes_are_set_changed_and_removed(
    session: Session, draft: Round, manager: Actor
) -> None:
    funder = a_funder(session)
    for amount in (1_000, 2_000):
        round_money.set_envelope(
            session, draft.id, funder.id, amount=amount, actor=manager, now=NOW
        )
    assert [share.amount for share in envelopes_of_round(session, draft.id)] == [2_000]
    round_money.remove_envelope(session, draft.id, funder.id, actor=manager, now=NOW)
    assert envelopes_of_round(session, draft.id) == ()


def test_a_funder_with_reviewers_stays(session: Session, draft: Round, manager: Actor) -> None:
    funder = a_funder(session)
    an_envelope(session, draft, funder)
    a_seat(session, draft, funder)
    with pytest.raises(WrongState, match="1 reviewer sits on the panel for this funder"):
        round_money.remove_envelope(session, draft.id, funder.id, actor=manager, now=NOW)


def test_the_ladder_is_written_whole(session: Session, draft: Round, manager: Actor) -> None:
    ladder = (PrizePlace(title="First", amount=200), PrizePlace(title="Second", amount=100))
    terms = {"actor": manager, "now": NOW}
    empty = round_money.prizes_stamp(())
    round_money.set_prizes(session, draft.id, ladder, version=empty, **terms)  # type: ignore[arg-type]
    assert prizes_of_round(session, draft.id) == ladder
    with pytest.raises(StaleVersion):
        round_money.set_prizes(session, draft.id, ladder[:1], version=empty, **terms)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="Enter a sum above 0"):
        round_money.set_prizes(
            session,
            draft.id,
            [PrizePlace(title="First", amount=0)],
            version=empty,
            actor=manager,
            now=NOW,
        )


def test_nothing_changes_after_the_opening(session: Session, manager: Actor) -> None:
    """Each part, tried one by one: the frozen rules stay what was hashed."""
    round_ = a_round(session, RoundState.OPEN)
    section, criterion = a_section(session, round_), a_criterion(session, round_)
    funder = a_funder(session)
    an_envelope(session, round_, funder)
    terms: dict[str, Any] = {"actor": manager, "now": NOW}
    acts = [
        lambda: round_form.add_section(session, round_.id, title="A", intro="", **terms),
        lambda: round_form.update_section(
            session, section.id, title="B", intro="", version=0, **terms
        ),
        lambda: round_form.remove_section(session, section.id, **terms),
        lambda: round_form.move_section(session, section.id, by=1, **terms),
        lambda: round_form.add_question(session, section.id, QUESTION, **terms),
        lambda: rubrics.add_criterion(session, round_.id, CRITERION, **terms),
        lambda: rubrics.update_criterion(session, criterion.id, CRITERION, version=0, **terms),
        lambda: rubrics.set_weights(session, round_.id, {criterion.id: 1}, version=0, **terms),
        lambda: rubrics.remove_criterion(session, criterion.id, **terms),
        lambda: round_money.set_envelope(session, round_.id, funder.id, amount=1, **terms),
        lambda: round_money.remove_envelope(session, round_.id, funder.id, **terms),
        lambda: round_money.set_prizes(session, round_.id, [], version=0, **terms),
    ]
    for act in acts:
        with pytest.raises(WrongState, match="frozen"):
            act()


def test_only_managers_change_parts(session: Session, draft: Round) -> None:
    person = actor_for(session, a_person(session).id)
    with pytest.raises(NotAllowed):
        rubrics.add_criterion(session, draft.id, CRITERION, actor=person, now=NOW)
    with pytest.raises(NotAllowed):
        round_form.remove_section(session, uuid4(), actor=person, now=NOW)


def test_a_part_that_is_gone_is_not_found(session: Session, manager: Actor) -> None:
    with pytest.raises(NotFound):
        rubrics.remove_criterion(session, uuid4(), actor=manager, now=NOW)
    assert session.scalars(select(CriterionRow)).all() == []
