"""Files that the worker makes of a round for one person."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import NotAllowed, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.round_files import RoundFileKind
from fundapp.domain.states import JobState, OrderState
from fundapp.models import Application, AuditEvent, Job, Person, RoundFile
from fundapp.queries.access import actor_for
from fundapp.queries.round_files import OrderedFile, round_files_of
from fundapp.services.round_file_jobs import make_round_file
from fundapp.services.round_files import MadeFile, find_round_file, order_round_file
from fundapp.services.work import Work
from fundapp.web.installation import installation
from fundapp.worker import run_until_idle
from tests.builders import NOW, a_conflict, a_manager
from tests.exports.test_decisions import a_decided_round


def ordered(session: Session, round_id: UUID, actor: Actor) -> RoundFile:
    file = order_round_file(session, round_id, kind=RoundFileKind.PACK, actor=actor, now=NOW)
    session.commit()
    return file


def conflict(session: Session, actor: Actor) -> None:
    application = session.scalars(select(Application).order_by(Application.number)).first()
    assert application is not None
    a_conflict(session, application.id, person_id=actor.person_id, recorded_by_id=actor.person_id)
    session.commit()


def reread(session: Session, file: RoundFile) -> RoundFile:
    session.rollback()
    session.expire_all()
    return session.get_one(RoundFile, file.id)


def test_the_worker_makes_what_was_ordered_once(app: Flask, session: Session) -> None:
    round_ = a_decided_round(session)
    actor = actor_for(session, round_.created_by_id)
    file = ordered(session, round_.id, actor)
    assert ordered(session, round_.id, actor).id == file.id
    run_until_idle(app)
    file = reread(session, file)
    assert (file.state, file.filename) == (OrderState.ISSUED, f"{round_.reference}-pack.zip")
    content = installation().files.get(file.sha256)
    assert len(content) == file.size
    assert ZipFile(io.BytesIO(content)).testzip() is None
    found = find_round_file(session, file.id, actor=actor)
    assert found.sha256 == file.sha256
    assert [row.state for row in round_files_of(session, round_.id, person_id=actor.person_id)] == [
        OrderState.ISSUED
    ]


def test_nobody_else_gets_it_nor_who_has_a_conflict_since(app: Flask, session: Session) -> None:
    round_ = a_decided_round(session)
    actor = actor_for(session, round_.created_by_id)
    file = ordered(session, round_.id, actor)
    run_until_idle(app)
    file = reread(session, file)
    other = actor_for(session, a_manager(session, email="other@sample.example").id)
    with pytest.raises(NotAllowed, match="another person"):
        find_round_file(session, file.id, actor=other)
    conflict(session, actor)
    with pytest.raises(NotAllowed, match="Make it again"):
        find_round_file(session, file.id, actor=actor)
    session.get_one(Person, actor.person_id).is_fund_manager = False
    session.commit()
    with pytest.raises(NotAllowed, match="Only fund managers"):
        find_round_file(session, file.id, actor=actor_for(session, actor.person_id))


def work_of(app: Flask, session: Session, file: RoundFile) -> Work:
    @contextmanager
    def transaction() -> Iterator[Session]:
        yield session
        session.commit()

    here = installation()
    return Work(
        payload={"file_id": str(file.id)},
        config=here.config,
        files=here.files,
        seal=here.seal,
        badge_key=lambda: here.badge_key,
        now=lambda: NOW + timedelta(minutes=5),
        transaction=transaction,
        reading=transaction,
        report=lambda done, total: None,
    )


def made() -> MadeFile:
    return MadeFile("x.zip", io.BytesIO(b"content"), "a" * 64, NOW)


def test_a_conflict_while_it_is_made_has_it_made_again(app: Flask, session: Session) -> None:
    round_ = a_decided_round(session)
    actor = actor_for(session, round_.created_by_id)
    file = ordered(session, round_.id, actor)
    sights: list[str] = []

    def maker(work: Work, order: OrderedFile) -> MadeFile:
        if not sights:
            conflict(session, actor)
        sights.append(order.sight)
        return made()

    make_round_file(work_of(app, session, file), {RoundFileKind.PACK: maker})
    assert len(set(sights)) == len(sights) == 2
    assert find_round_file(session, file.id, actor=actor).filename == "x.zip"


def test_a_second_run_after_a_kill_changes_nothing(app: Flask, session: Session) -> None:
    round_ = a_decided_round(session)
    file = ordered(session, round_.id, actor_for(session, round_.created_by_id))
    runs: list[str] = []

    def maker(work: Work, order: OrderedFile) -> MadeFile:
        runs.append("run")
        if len(runs) == 1:
            raise KeyboardInterrupt
        return made()

    work = work_of(app, session, file)
    with pytest.raises(KeyboardInterrupt):
        make_round_file(work, {RoundFileKind.PACK: maker})
    assert reread(session, file).state is OrderState.QUEUED
    for _ in range(2):
        make_round_file(work, {RoundFileKind.PACK: maker})
    assert len(runs) == 2
    lines = session.scalars(select(AuditEvent).where(AuditEvent.event == "round_file.made")).all()
    assert len(lines) == 1


def test_the_reason_is_kept_and_it_can_be_made_again(app: Flask, session: Session) -> None:
    round_ = a_decided_round(session)
    actor = actor_for(session, round_.created_by_id)
    file = ordered(session, round_.id, actor)

    def maker(work: Work, order: OrderedFile) -> MadeFile:
        raise WrongState("No review is in.")

    make_round_file(work_of(app, session, file), {RoundFileKind.PACK: maker})
    file = reread(session, file)
    assert (file.state, file.problem) == (OrderState.FAILED, "No review is in.")
    assert ordered(session, round_.id, actor).id != file.id


def test_a_file_whose_job_gave_up_is_told_and_ordered_anew(session: Session) -> None:
    round_ = a_decided_round(session)
    actor = actor_for(session, round_.created_by_id)
    file = ordered(session, round_.id, actor)
    job: Any = session.scalars(select(Job)).one()
    job.state = JobState.FAILED
    session.commit()
    (row,) = round_files_of(session, round_.id, person_id=actor.person_id)
    assert (row.state, row.problem[:22]) == (OrderState.FAILED, "It could not be made, ")
    assert ordered(session, round_.id, actor).id != file.id
    assert reread(session, file).state is OrderState.FAILED
