"""Re-runs: who moves up and who pays, reminders, and what two people do at once."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput
from fundapp.domain.states import (
    ApplicationState,
    ContributionState,
    DecisionKind,
    DecisionState,
    RerunState,
)
from fundapp.domain.uploads import FileKind
from fundapp.exports.states import state_of
from fundapp.models import (
    Answer,
    Application,
    Award,
    Contribution,
    Decision,
    Envelope,
    OutboxMessage,
    PrizeRung,
    Rerun,
)
from fundapp.queries.access import actor_for
from fundapp.queries.checks import findings
from fundapp.queries.exports import exported_round
from fundapp.queries.personal_data import everything_about
from fundapp.queries.rerun_claims import claims_of
from fundapp.services.attachments import StoredUpload
from fundapp.services.awards import refuse_award
from fundapp.services.decisions import take_back_decision
from fundapp.services.evidence import logs_in
from fundapp.services.exports import export_files
from fundapp.services.privacy import request_deletion
from fundapp.services.releases import release_decisions
from fundapp.services.rerun_deliveries import deliver_rerun
from fundapp.services.rerun_mail import remind_of_reruns
from fundapp.services.reruns import ask_for_rerun, settle_rerun, waive_rerun
from tests.builders import NOW, a_conflict, a_person, a_question, a_section
from tests.services.deliberating import Deliberating
from tests.services.test_ending_at_once import at_once
from tests.web.rerun_room import (
    FIRST,
    LATER,
    SECOND,
    a_log,
    a_prize_room,
    approve_all,
    award,
    decide,
    rungs_of,
)


def ask(session: Session, room: Deliberating, number: int) -> Rerun:
    application_id = room.applications[number].id
    rerun = ask_for_rerun(
        session,
        application_id,
        claim=claims_of(session, application_id)[0].key,
        verifier_name="Vera Sample",
        verifier_email=f"vera{number}@lab.example",
        actor=room.actor(session),
        now=NOW,
    )
    rerun.verifier_id = a_person(session).id
    session.flush()
    return rerun


def upload(content: bytes) -> StoredUpload:
    logs = logs_in("rerun.json", FileKind.TEXT, content)
    return StoredUpload(
        "rerun.json", FileKind.TEXT, "application/json", len(content), logs[0]["sha256"], logs
    )


def fail(session: Session, room: Deliberating, rerun: Rerun):
    return settle_rerun(
        session,
        rerun.id,
        outcome=RerunState.FAILED,
        reason="No word.",
        seen=rerun.sha256,
        actor=room.actor(session),
        now=LATER,
    )


def kinds(session: Session, room: Deliberating) -> list[tuple[DecisionKind, int | None] | None]:
    rows = {
        one.application_id: one
        for one in session.scalars(select(Decision).where(Decision.round_id == room.round.id))
    }
    return [
        (rows[one.id].kind, rows[one.id].amount) if one.id in rows else None
        for one in room.applications
    ]


def committed(session: Session, room: Deliberating) -> list[int]:
    return list(
        session.scalars(
            select(Envelope.committed)
            .where(Envelope.round_id == room.round.id)
            .order_by(Envelope.position)
        )
    )


def test_all_move_up_a_place_and_the_money_follows(session: Session) -> None:
    room = a_prize_room(session)
    award(session, room, 0, 0)
    award(session, room, 1, 1, citation="It says how surely it knows.")
    before = committed(session, room)
    settled = fail(session, room, ask(session, room, 0))
    assert [one.reference for one in settled.moved] == [
        room.applications[1].reference,
        room.applications[2].reference,
    ]
    assert kinds(session, room) == [
        (DecisionKind.DECLINE, None),
        (DecisionKind.AWARD, FIRST),
        (DecisionKind.AWARD, SECOND),
        None,
    ]
    second = session.scalars(
        select(Decision).where(Decision.application_id == room.applications[1].id)
    ).one()
    assert second.citation == "It says how surely it knows."
    assert second.prize_rung_id == rungs_of(session, room)[0]
    parts = session.execute(
        select(Contribution.amount, Contribution.state).where(Contribution.decision_id == second.id)
    ).all()
    assert [tuple(part) for part in parts] == [(FIRST // 2, ContributionState.PROPOSED)] * 2
    assert committed(session, room) == before
    assert findings(session) == ()


def test_a_tie_is_left_to_people_and_the_place_stays_empty(session: Session) -> None:
    room = a_prize_room(session, marks=((5, 5), (4, 4), (4, 4)))
    award(session, room, 0, 0)
    settled = fail(session, room, ask(session, room, 0))
    (told,) = settled.moved
    assert told.problem == "2 entries share the next place. Decide by hand who moves up."
    assert kinds(session, room) == [(DecisionKind.DECLINE, None), None, None]
    assert committed(session, room) == [0, 0]


def test_nobody_moves_up_whose_rerun_failed(session: Session) -> None:
    room = a_prize_room(session, marks=((5, 5), (4, 4)))
    award(session, room, 0, 0)
    fail(session, room, ask(session, room, 0))
    second = session.scalars(
        select(Rerun).where(Rerun.application_id == room.applications[1].id)
    ).all()
    assert second == []
    settled = fail(session, room, ask(session, room, 1))
    assert [one.problem for one in settled.moved] == ["Nobody else is in line for this place."]
    assert kinds(session, room) == [(DecisionKind.DECLINE, None)] * 2


def categorised(session: Session, room: Deliberating, categories: list[str]) -> None:
    section = a_section(session, room.round)
    question = a_question(session, section, code="prize_category", kind="choice")
    for application, category in zip(room.applications, categories, strict=True):
        session.add(
            Answer(
                application_id=application.id,
                question_id=question.id,
                value=category,
                changed_by_id=application.contact_id,
                changed_at=NOW,
            )
        )
    for rung in session.scalars(select(PrizeRung).where(PrizeRung.round_id == room.round.id)):
        rung.category = "Cyber"
    session.flush()


def test_a_prize_of_a_category_goes_to_its_next(session: Session) -> None:
    room = a_prize_room(session)
    categorised(session, room, ["Cyber", "Bio", "Cyber", "Bio"])
    award(session, room, 0, 0)
    fail(session, room, ask(session, room, 0))
    assert kinds(session, room) == [
        (DecisionKind.DECLINE, None),
        None,
        (DecisionKind.AWARD, FIRST),
        None,
    ]


def released(session: Session, *, categories: list[str] | None = None) -> Deliberating:
    """Three entries: one won without a re-run, two wait on the reserve list."""
    room = a_prize_room(session, marks=((5, 5), (4, 4), (3, 3)))
    if categories:
        categorised(session, room, categories)
    award(session, room, 0, 0)
    decide(session, room, 1, DecisionKind.RESERVE)
    decide(session, room, 2, DecisionKind.RESERVE)
    waive_rerun(
        session,
        room.applications[0].id,
        reason="Public data.",
        actor=room.actor(session),
        now=NOW,
    )
    approve_all(session, room)
    release_decisions(session, room.round.id, actor=room.actor(session), now=NOW)
    session.flush()
    return room


def refuse(session: Session, room: Deliberating) -> None:
    award_id = session.scalars(
        select(Award.id)
        .join(Decision, Decision.id == Award.decision_id)
        .where(Decision.application_id == room.applications[0].id)
    ).one()
    actor = actor_for(session, room.applications[0].contact_id)
    refuse_award(session, award_id, actor=actor, now=NOW)


@pytest.mark.parametrize(("categories", "moved"), [(None, 1), (["Cyber", "Bio", "Cyber"], 2)])
def test_a_refused_prize_goes_to_the_reserve_it_is_for(
    session: Session, categories: list[str] | None, moved: int
) -> None:
    room = released(session, categories=categories)
    refuse(session, room)
    found = kinds(session, room)
    assert found[moved] == (DecisionKind.AWARD, FIRST)
    assert found[3 - moved] == (DecisionKind.RESERVE, None)


def test_a_promoted_reserve_is_verified_too_and_the_next_follows(session: Session) -> None:
    room = released(session)
    refuse(session, room)
    approve_all(session, room)
    with pytest.raises(InvalidInput, match="Its re-run is not asked for yet"):
        release_decisions(session, room.round.id, actor=room.actor(session), now=NOW)
    settled = fail(session, room, ask(session, room, 1))
    assert [one.reference for one in settled.moved] == [room.applications[2].reference]
    decisions = {
        one.application_id: one
        for one in session.scalars(select(Decision).where(Decision.round_id == room.round.id))
    }
    first, second = (decisions[room.applications[number].id] for number in (1, 2))
    assert (first.kind, first.state) == (DecisionKind.DECLINE, DecisionState.PENDING)
    assert (second.kind, second.amount) == (DecisionKind.AWARD, FIRST)
    release_decisions(session, room.round.id, actor=room.actor(session), now=NOW)
    session.refresh(room.applications[1])
    assert room.applications[1].state is ApplicationState.DECLINED
    assert findings(session) == ()


def test_reminders_come_once_and_the_overdue_is_told(session: Session) -> None:
    room = a_prize_room(session)
    award(session, room, 0, 0)
    rerun = ask(session, room, 0)
    days = [0, 6, 7, 7, 12, 13, 13, 14, 15]
    sent = [remind_of_reruns(session, now=NOW + timedelta(days=day)) for day in days]
    assert sent == [0, 0, 1, 0, 0, 1, 0, 1, 0]
    mails = session.scalars(
        select(OutboxMessage.subject).order_by(OutboxMessage.queued_at, OutboxMessage.subject)
    ).all()
    assert mails[-1] == f"The re-run of {room.applications[0].reference} is overdue"
    assert rerun.due_at == NOW + timedelta(days=14)


@pytest.fixture
def delivered(app: Flask, session: Session) -> tuple[Deliberating, UUID, UUID]:
    room = a_prize_room(session)
    award(session, room, 0, 0)
    award(session, room, 1, 1)
    rerun = ask(session, room, 0)
    verifier_id = rerun.verifier_id
    assert verifier_id is not None
    deliver_rerun(
        session,
        rerun.id,
        upload=upload(a_log(0.49, day=20)),
        actor=actor_for(session, verifier_id),
        now=NOW,
    )
    session.commit()
    return room, rerun.id, verifier_id


def settling(rerun_id: UUID, manager_id: UUID, outcome: RerunState, seen: str):
    def act(session: Session) -> None:
        settle_rerun(
            session,
            rerun_id,
            outcome=outcome,
            reason="Why.",
            seen=seen,
            actor=actor_for(session, manager_id),
            now=NOW,
        )

    return act


def test_two_managers_settle_once(
    session: Session, delivered: tuple[Deliberating, UUID, UUID]
) -> None:
    room, rerun_id, _ = delivered
    seen, manager = session.get_one(Rerun, rerun_id).sha256, room.manager.id
    session.rollback()
    outcomes = at_once(
        settling(rerun_id, manager, RerunState.CONFIRMED, seen),
        settling(rerun_id, manager, RerunState.FAILED, seen),
        settling(rerun_id, manager, RerunState.FAILED, seen),
    )
    assert outcomes == ["WrongState", "WrongState", "done"]
    session.rollback()
    assert findings(session) == ()
    state = session.get_one(Rerun, rerun_id).state
    first = session.scalars(
        select(Decision.kind).where(Decision.application_id == room.applications[0].id)
    ).one()
    assert (state is RerunState.FAILED) == (first is DecisionKind.DECLINE)


def test_a_log_brought_while_it_is_settled_is_seen_or_refused(
    session: Session, delivered: tuple[Deliberating, UUID, UUID]
) -> None:
    room, rerun_id, verifier_id = delivered
    seen, manager = session.get_one(Rerun, rerun_id).sha256, room.manager.id
    session.rollback()
    other = upload(a_log(0.1, day=22))

    def bringing(own: Session) -> None:
        deliver_rerun(own, rerun_id, upload=other, actor=actor_for(own, verifier_id), now=NOW)

    outcomes = at_once(settling(rerun_id, manager, RerunState.CONFIRMED, seen), bringing)
    assert outcomes in (["StaleVersion", "done"], ["WrongState", "done"])
    session.rollback()
    rerun = session.get_one(Rerun, rerun_id)
    is_settled = rerun.state is RerunState.CONFIRMED
    assert (rerun.sha256 == seen) is is_settled


def test_two_managers_ask_once(session: Session) -> None:
    room = a_prize_room(session)
    award(session, room, 0, 0)
    session.commit()
    application_id, manager_id = room.applications[0].id, room.manager.id
    claim = claims_of(session, application_id)[0].key
    session.rollback()

    def asking(own: Session) -> None:
        ask_for_rerun(
            own,
            application_id,
            claim=claim,
            verifier_name="Vera Sample",
            verifier_email="vera@lab.example",
            actor=actor_for(own, manager_id),
            now=NOW,
        )

    assert at_once(asking, asking) == ["WrongState", "done"]
    session.rollback()
    assert len(session.scalars(select(Rerun)).all()) == 1


def test_the_entrys_own_log_is_not_taken_for_a_rerun(session: Session) -> None:
    room = a_prize_room(session)
    award(session, room, 0, 0)
    rerun = ask(session, room, 0)
    actor = actor_for(session, rerun.verifier_id or UUID(int=0))
    deliver_rerun(session, rerun.id, upload=upload(a_log(0.5, day=1)), actor=actor, now=NOW)
    assert rerun.comparison["sentence"] == "This is the entry’s own log, not a re-run."
    assert session.get_one(Application, rerun.application_id).state is (
        ApplicationState.UNDER_REVIEW
    )


def test_exports_tell_reruns_only_where_there_are_some(session: Session) -> None:
    room = a_prize_room(session)
    award(session, room, 0, 0)
    actor = room.actor(session)
    session.commit()

    def files() -> dict[str, bytes]:
        told = exported_round(session, room.round.id, reader=actor)
        made = export_files([told], state=state_of([told]))
        return {name: b"".join(pieces) for name, pieces in made}

    assert "reruns.csv" not in files()
    assert b"reruns" not in files()["decisions.json"]
    rerun = ask(session, room, 0)
    verifier = actor_for(session, rerun.verifier_id or UUID(int=0))
    deliver_rerun(session, rerun.id, upload=upload(a_log(0.3, day=20)), actor=verifier, now=NOW)
    fail(session, room, rerun)
    heads, row = (line.split(",") for line in files()["reruns.csv"].decode().splitlines())
    told = dict(zip(heads, row, strict=True))
    assert (told["state"], told["verdict"], told["claimed"], told["found"]) == (
        "failed",
        "differs",
        "0.5",
        "0.3",
    )
    assert told["reason"] == "No word."
    assert b"Vera" not in files()["reruns.csv"]
    own = actor.person_id
    a_conflict(session, rerun.application_id, person_id=own, recorded_by_id=own)
    session.flush()
    assert "reruns.csv" not in files()


def test_a_verifier_takes_their_data_along_and_is_forgotten(session: Session) -> None:
    room = a_prize_room(session)
    award(session, room, 0, 0)
    rerun = ask(session, room, 0)
    verifier_id = rerun.verifier_id or UUID(int=0)
    (told,) = everything_about(session, verifier_id)["reruns"]
    assert (told["verifier_name"], told["state"]) == ("Vera Sample", "asked")
    actor = actor_for(session, verifier_id)
    assert request_deletion(session, verifier_id, actor=actor, now=NOW) is True
    session.refresh(rerun)
    assert "Vera" not in rerun.verifier_name
    assert "vera" not in rerun.verifier_email
    assert rerun.token_hash is None


def test_nobody_is_reminded_of_an_award_that_was_taken_back(session: Session) -> None:
    room = a_prize_room(session)
    decision = award(session, room, 0, 0)
    ask(session, room, 0)
    actor = room.actor(session)
    take_back_decision(
        session, decision.application_id, version=decision.version, actor=actor, now=NOW
    )
    assert remind_of_reruns(session, now=LATER) == 0
