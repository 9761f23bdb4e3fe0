"""Releasing, printing, reissuing, answering awards, promoting reserves, announcing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.adapters import database
from fundapp.documents.limits import LETTER, LIMITS
from fundapp.domain.errors import InvalidInput, WrongState
from fundapp.domain.letter_terms import LetterTerms, TrancheTerm, letter_terms_as_data
from fundapp.domain.permissions import Actor
from fundapp.domain.states import (
    ApplicationState,
    AwardState,
    DecisionKind,
    DocumentKind,
    OrderState,
    RoundState,
)
from fundapp.models import (
    Application,
    AuditEvent,
    Award,
    Contribution,
    Decision,
    DocumentOrder,
    Envelope,
    IssuedDocument,
    OutboxMessage,
    Round,
    Tranche,
)
from fundapp.queries.access import actor_for
from fundapp.queries.document_rows import ReserveLetter
from fundapp.services.announcements import announce_round
from fundapp.services.applications import withdraw_application
from fundapp.services.awards import accept_award, refuse_award
from fundapp.services.contributions import approve_contribution
from fundapp.services.decisions import resolve_application
from fundapp.services.document_orders import reissue_letter, retry_failed
from fundapp.services.rankings import freeze_ranking
from fundapp.services.releases import release_decisions
from fundapp.web.installation import installation
from fundapp.worker import run_until_idle
from tests.builders import NOW
from tests.services.deliberating import REQUEST, Deliberating, a_deliberation

NO_TIME = replace(LETTER, wall_seconds=0)
TERMS = LetterTerms(
    conditions=("Publish what you measure.",),
    tranches=(TrancheTerm(60, "Signature"), TrancheTerm(40, "First report", 180)),
    answer_days=10,
)


@pytest.fixture
def room(session: Session) -> Deliberating:
    room = a_deliberation(session, letter_terms=letter_terms_as_data(TERMS))
    freeze_ranking(session, room.round.id, actor=room.actor(session), now=NOW)
    return room


def resolve(session: Session, room: Deliberating, place: int, kind: DecisionKind, **words):
    return resolve_application(
        session, room.applications[place].id, kind=kind, actor=room.actor(session), now=NOW, **words
    )


def decide_all(session: Session, room: Deliberating) -> None:
    """Award the first, keep the second in reserve, decline the third."""
    first, second = room.funders
    resolve(
        session, room, 0, DecisionKind.AWARD,
        contributions={first.id: 12_000_000, second.id: 8_000_000},
    )  # fmt: skip
    resolve(session, room, 1, DecisionKind.RESERVE, reserve_place=1)
    resolve(session, room, 2, DecisionKind.DECLINE, advice="Test more languages.")


def approve_all(session: Session, room: Deliberating) -> None:
    by_funder = {f.id: o for f, o in zip(room.funders, room.officers, strict=True)}
    for part in session.scalars(select(Contribution)).all():
        actor = room.actor(session, by_funder[part.funder_id])
        approve_contribution(session, part.id, condition="Name us.", actor=actor, now=NOW)


def release(session: Session, room: Deliberating):
    return release_decisions(session, room.round.id, actor=room.actor(session), now=NOW)


def released(session: Session, room: Deliberating) -> None:
    decide_all(session, room)
    approve_all(session, room)
    release(session, room)


def work(app: Flask, session: Session) -> None:
    session.commit()
    run_until_idle(app)
    database.begin_writing(session)
    session.expire_all()


def references(session: Session, state: OrderState) -> Sequence[str]:
    return session.scalars(
        select(DocumentOrder.reference)
        .where(DocumentOrder.state == state)
        .order_by(DocumentOrder.reference)
    ).all()


def test_release_names_everything_that_stands_in_its_way(
    session: Session, room: Deliberating
) -> None:
    first = room.funders[0]
    resolve(session, room, 0, DecisionKind.AWARD, contributions={first.id: REQUEST})
    with pytest.raises(InvalidInput) as refused:
        release(session, room)
    names = [application.reference for application in room.applications]
    assert [problem.sentence for problem in refused.value.problems] == [
        f"{names[0]}: Lilliput Foundation has not approved yet.",
        f"{names[1]}: No decision yet.",
        f"{names[2]}: No decision yet.",
    ]


def test_release_puts_decisions_in_force_and_orders_letters(
    session: Session, room: Deliberating
) -> None:
    released(session, room)
    states = select(Application.state).order_by(Application.number)
    assert session.scalars(states).all() == [
        ApplicationState.AWARDED, ApplicationState.RESERVED, ApplicationState.DECLINED,
    ]  # fmt: skip
    assert session.get_one(Round, room.round.id).state is RoundState.DECIDED
    award = session.scalars(select(Award)).one()
    assert award.answer_by is not None
    assert (award.answer_by - NOW.date()).days == 10
    assert award.conditions == [
        {"text": "Publish what you measure.", "funder": ""},
        {"text": "Name us.", "funder": "Erewhon Trust"},
        {"text": "Name us.", "funder": "Lilliput Foundation"},
    ]
    amounts = select(Tranche.amount).order_by(Tranche.position)
    assert session.scalars(amounts).all() == [12_000_000, 8_000_000]
    names = [application.reference for application in room.applications]
    assert references(session, OrderState.QUEUED) == [
        f"{names[0]}-A1", f"{names[1]}-R1", f"{names[2]}-D1",
    ]  # fmt: skip


def test_a_second_click_releases_nothing_twice(session: Session, room: Deliberating) -> None:
    released(session, room)
    assert release(session, room).counts == {"award": 1, "decline": 1, "reserve": 1}
    lines = session.scalars(select(AuditEvent).where(AuditEvent.event == "release.made")).all()
    assert (len(lines), len(references(session, OrderState.QUEUED))) == (1, 3)


def test_a_withdrawn_application_gets_no_letter_and_frees_its_money(
    session: Session, room: Deliberating
) -> None:
    decide_all(session, room)
    approve_all(session, room)
    application_id = room.applications[0].id
    withdraw_application(
        session, application_id, reason="Merged.", actor=grantee_of(session, room), now=NOW
    )
    assert session.scalars(select(Envelope.committed)).all() == [0, 0]
    release(session, room)
    assert len(references(session, OrderState.QUEUED)) == 2


def test_the_worker_prints_each_letter_and_mails_it_once(
    app: Flask, session: Session, room: Deliberating
) -> None:
    released(session, room)
    work(app, session)
    documents = session.scalars(select(IssuedDocument).order_by(IssuedDocument.reference)).all()
    files = installation().files
    texts = [pdf_text(files.get(document.sha256)) for document in documents]
    assert ["€200,000" in text for text in texts] == [True, False, False]
    assert "Test more languages." in texts[2]
    assert "Publish what you measure." in texts[0]
    mails = session.scalars(
        select(OutboxMessage.once_key)
        .where(OutboxMessage.once_key.like("letter:%"))
        .order_by(OutboxMessage.once_key)
    ).all()
    assert mails == [f"letter:{document.reference}" for document in documents]


def pdf_text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_one_failing_letter_never_stops_the_others(
    app: Flask, session: Session, room: Deliberating, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(session, room)
    broken = room.applications[1].reference
    with monkeypatch.context() as patch:
        patch.setitem(LIMITS, ReserveLetter, NO_TIME)
        work(app, session)
    assert references(session, OrderState.FAILED) == [f"{broken}-R1"]
    assert len(references(session, OrderState.ISSUED)) == 2
    problem = session.scalars(
        select(DocumentOrder.problem).where(DocumentOrder.state == OrderState.FAILED)
    ).one()
    assert problem == (
        f"{broken}-R1 could not be printed: it was not done after 0 seconds. "
        "Print it again; if it fails once more, shorten its texts."
    )
    assert retry_failed(session, room.round.id, actor=room.actor(session), now=NOW) == 1
    work(app, session)
    assert len(references(session, OrderState.ISSUED)) == 3


def test_reissuing_makes_a_new_version_and_keeps_the_old(
    app: Flask, session: Session, room: Deliberating
) -> None:
    released(session, room)
    work(app, session)
    application = room.applications[2].id
    actor = room.actor(session)
    with pytest.raises(InvalidInput, match="Say why"):
        reissue_letter(session, application, note=" ", actor=actor, now=NOW)
    reissue_letter(session, application, note="A name was misspelt.", actor=actor, now=NOW)
    with pytest.raises(WrongState, match="being printed"):
        reissue_letter(session, application, note="Again.", actor=actor, now=NOW)
    work(app, session)
    versions = session.execute(
        select(IssuedDocument.version, IssuedDocument.note)
        .where(IssuedDocument.application_id == application)
        .order_by(IssuedDocument.version)
    ).all()
    assert [tuple(row) for row in versions] == [(1, ""), (2, "A name was misspelt.")]


def test_a_refused_award_returns_its_money_and_a_reserve_follows_as_a_manager_decides(
    app: Flask, session: Session, room: Deliberating
) -> None:
    released(session, room)
    award = session.scalars(select(Award)).one()
    grantee = grantee_of(session, room)
    refuse_award(session, award.id, note="We closed.", actor=grantee, now=NOW)
    assert award.state is AwardState.REFUSED
    follower = room.applications[1].id
    moved = session.scalars(select(Decision).where(Decision.application_id == follower)).one()
    assert (moved.follows_id, moved.amount, moved.version) == (award.decision_id, REQUEST, 2)
    with pytest.raises(WrongState, match="You refused this award"):
        accept_award(session, award.id, actor=grantee, now=NOW)
    resolve(
        session, room, 1, DecisionKind.AWARD, version=2,
        contributions={room.funders[0].id: REQUEST},
    )  # fmt: skip
    assert session.scalars(select(func.sum(Envelope.committed))).one() == REQUEST
    with pytest.raises(InvalidInput, match="has not approved yet"):
        release(session, room)
    approve_all_proposed(session, room)
    assert release(session, room).counts == {"award": 1, "decline": 0, "reserve": 0}
    assert room.applications[1].state is ApplicationState.AWARDED
    own = select(DocumentOrder.reference).where(
        DocumentOrder.application_id == room.applications[1].id
    )
    name = room.applications[1].reference
    assert set(session.scalars(own)) == {f"{name}-R1", f"{name}-A1"}


def grantee_of(session: Session, room: Deliberating) -> Actor:
    return actor_for(session, room.applications[0].contact_id)


def approve_all_proposed(session: Session, room: Deliberating) -> None:
    part = session.scalars(select(Contribution).where(Contribution.state == "proposed")).one()
    approve_contribution(session, part.id, actor=room.actor(session, room.officers[0]), now=NOW)


def test_an_award_is_accepted_by_its_day(session: Session, room: Deliberating) -> None:
    released(session, room)
    award = session.scalars(select(Award)).one()
    grantee = grantee_of(session, room)
    late = (NOW + timedelta(days=11)).replace(hour=0, minute=0)
    with pytest.raises(WrongState, match="The day to accept was 12 November 2026"):
        accept_award(session, award.id, actor=grantee, now=late)
    accept_award(session, award.id, actor=grantee, now=late - timedelta(seconds=1))
    assert award.state is AwardState.ACCEPTED
    with pytest.raises(WrongState, match="You accepted"):
        refuse_award(session, award.id, actor=grantee, now=NOW)


def test_announcing_prints_the_announcement(
    app: Flask, session: Session, room: Deliberating
) -> None:
    released(session, room)
    actor = room.actor(session)
    announce_round(session, room.round.id, actor=actor, now=NOW)
    assert announce_round(session, room.round.id, actor=actor, now=NOW).announced_at == NOW
    work(app, session)
    document = session.scalars(
        select(IssuedDocument).where(IssuedDocument.kind == DocumentKind.ANNOUNCEMENT)
    ).one()
    text = pdf_text(installation().files.get(document.sha256))
    assert "Meter 1" in text
    assert "Meter 3" not in text
