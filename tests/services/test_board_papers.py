"""The paper for the joint meeting: who may have it made, and what it leaves out for whom."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.round_files import TOO_EARLY, RoundFileKind
from fundapp.domain.states import OrderState, RoundState
from fundapp.models import Person, Round, RoundFile
from fundapp.queries.access import actor_for
from fundapp.queries.board_paper_rows import BoardPaper
from fundapp.queries.board_papers import NO_REVIEW, Making, board_paper
from fundapp.services.board_papers import state_sha256
from fundapp.services.rankings import freeze_ranking
from fundapp.services.round_files import order_round_file
from fundapp.web.installation import installation
from fundapp.worker import run_until_idle
from tests.builders import NOW, a_conflict, a_manager, a_round
from tests.documents.shared_rows import FUND
from tests.services.deliberating import Deliberating, a_deliberation, a_plan
from tests.statements import counted_statements

PAPER = RoundFileKind.BOARD_PAPER


def made(
    session: Session, found: Deliberating, person: Person | None = None, **changes: object
) -> BoardPaper:
    making = Making(
        reader=found.actor(session, person),
        reader_name="Ada Sample",
        fund=FUND,
        made_at=NOW,
    )
    return board_paper(session, found.round.id, replace(making, **changes))  # type: ignore[arg-type]


def ordered(session: Session, round_: Round, actor: Actor) -> RoundFile:
    file = order_round_file(session, round_.id, kind=PAPER, actor=actor, now=NOW)
    session.commit()
    return file


def test_one_click_makes_the_paper_of_a_round(app: Flask, session: Session) -> None:
    found = a_deliberation(session)
    file_id = ordered(session, found.round, found.actor(session, found.officers[0])).id
    run_until_idle(app)
    session.expire_all()
    file = session.get_one(RoundFile, file_id)
    assert (file.state, file.filename, file.problem) == (
        OrderState.ISSUED,
        f"{found.round.reference}-board-paper.pdf",
        "",
    )
    reader = PdfReader(BytesIO(installation().files.get(file.sha256)))
    assert reader.metadata is not None
    assert reader.metadata.title == f"{found.round.reference}: paper for the joint meeting"


def test_before_deliberation_it_is_refused_with_a_sentence(session: Session) -> None:
    manager = a_manager(session)
    round_ = a_round(session, RoundState.REVIEWING, created_by_id=manager.id)
    actor = actor_for(session, manager.id)
    with pytest.raises(WrongState) as refused:
        ordered(session, round_, actor)
    assert str(refused.value) == TOO_EARLY


def test_without_a_review_the_file_says_why(app: Flask, session: Session) -> None:
    found = a_deliberation(session, marks=())
    file_id = ordered(session, found.round, found.actor(session)).id
    run_until_idle(app)
    session.expire_all()
    file = session.get_one(RoundFile, file_id)
    assert (file.state, file.problem) == (OrderState.FAILED, NO_REVIEW)


def test_strangers_and_officers_of_other_funders_get_none(session: Session) -> None:
    found = a_deliberation(session)
    stranger = replace(found.actor(session, found.officers[0]), offices=frozenset())
    with pytest.raises(NotAllowed):
        ordered(session, found.round, stranger)


def test_a_recused_reader_learns_only_that_something_is_closed(session: Session) -> None:
    found = a_deliberation(session)
    officer = found.officers[0]
    a_conflict(session, found.applications[1].id, person_id=officer.id, recorded_by_id=officer.id)
    session.flush()
    whole, masked = made(session, found), made(session, found, officer)
    closed = whole.ranking[1].reference
    assert closed == found.applications[1].reference
    assert (whole.recused, masked.recused) == (0, 1)
    assert "Meter 2" not in repr(masked)
    assert closed not in repr(masked)
    assert [line.place for line in masked.ranking] == [1, 2]


def test_a_blind_round_hides_applicants_and_reviewers(session: Session) -> None:
    found = a_deliberation(session, is_blind=True)
    officer = made(session, found, found.officers[0])
    assert {line.organisation for line in officer.ranking} == {""}
    assert (officer.hides_applicants, made(session, found).hides_applicants) == (True, False)


def test_reviewers_are_told_by_label_to_managers_too(session: Session) -> None:
    found = a_deliberation(session)
    labels = {one.label for one in made(session, found).agreement.reviewers}
    assert {label.partition(" ")[0] for label in labels} == {"Reviewer"}


def test_a_plan_is_what_is_proposed_until_decisions_stand(session: Session) -> None:
    found = a_deliberation(session)
    assert made(session, found).proposal.grants == 0
    freeze_ranking(session, found.round.id, actor=found.actor(session), now=NOW)
    plan = a_plan(session, found.round.id, actor=found.actor(session))
    paper = made(session, found)
    assert (paper.proposal.is_plan, paper.proposal.plan) == (True, plan.name)
    assert paper.proposal.spent.minor == sum(one.pays.minor for one in paper.funders)
    assert sum(award.amount.minor for award in paper.proposal.awards) == paper.proposal.spent.minor


def test_the_same_state_has_the_same_hash_whenever_it_is_made(session: Session) -> None:
    found = a_deliberation(session)
    first = state_sha256(made(session, found))
    assert state_sha256(made(session, found, made_at=NOW + timedelta(days=2))) == first
    found.applications[0].title = "Another meter"
    session.flush()
    assert state_sha256(made(session, found)) != first


def test_statements_do_not_grow_with_the_applications(session: Session) -> None:
    few = a_deliberation(session)
    many = a_deliberation(session, marks=((5, 1), (4, 4), (3, 3), (2, 5), (1, 1), (5, 2)) * 3)
    counts = []
    for found in (few, many):
        freeze_ranking(session, found.round.id, actor=found.actor(session), now=NOW)
        a_plan(session, found.round.id, actor=found.actor(session))
        session.flush()
        with counted_statements() as statements:
            made(session, found)
        counts.append(len(statements))
    assert counts[0] == counts[1]
