"""Awards that are amended by a new version, or taken back; what anybody may verify of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.amendments import AwardTerms, Part, terms_from_data
from fundapp.domain.errors import InvalidInput, StaleVersion, WrongState
from fundapp.domain.seals import Verdict
from fundapp.domain.states import ApplicationState, AwardState, ContributionState, OrderState
from fundapp.models import (
    Award,
    AwardVersion,
    Contribution,
    Decision,
    DocumentOrder,
    Envelope,
    IssuedDocument,
)
from fundapp.queries.access import actor_for
from fundapp.queries.award_terms import award_page, award_terms
from fundapp.queries.checks import findings
from fundapp.queries.verification import document_of_code
from fundapp.services.amendments import amend_award, withdraw_award
from fundapp.services.awards import accept_award, refuse_award
from tests.builders import NOW, a_rate
from tests.services.deliberating import ENVELOPE, Deliberating
from tests.services.signing import FIRST, SECOND, a_released_round, orders, sign
from tests.services.test_releases import work


@pytest.fixture
def room(app: Flask, session: Session) -> Deliberating:
    room = a_released_round(session)
    work(app, session)
    return room


def the_award(session: Session) -> Award:
    return session.scalars(select(Award)).one()


def terms(session: Session) -> AwardTerms:
    return award_terms(session, the_award(session).id)


def with_sums(before: AwardTerms, sums: Mapping[UUID, int]) -> AwardTerms:
    parts = {
        funder: replace(before.parts.get(funder, Part(amount=0)), amount=sum_)
        for funder, sum_ in sums.items()
    }
    return replace(before, parts=parts, tranches=())


def amend(
    session: Session, room: Deliberating, after: AwardTerms, *, version: int = 1
) -> DocumentOrder | None:
    return amend_award(
        session,
        room.applications[0].id,
        after,
        reason="The study is smaller.",
        version=version,
        actor=room.actor(session),
        now=NOW,
    )


def halved(session: Session, room: Deliberating) -> AwardTerms:
    first, second = room.funders
    return with_sums(terms(session), {first.id: 5_000_000, second.id: SECOND})


def committed(session: Session, room: Deliberating) -> list[int]:
    return [
        session.scalars(select(Envelope.committed).where(Envelope.funder_id == funder.id)).one()
        for funder in room.funders
    ]


def verdict(session: Session, reference: str) -> Verdict:
    issued = session.scalars(
        select(IssuedDocument).where(IssuedDocument.reference == reference)
    ).one()
    found = document_of_code(session, reference, issued.code)
    assert found is not None
    return found.verdict


def test_an_amendment_keeps_what_stood_and_moves_the_money(
    session: Session, room: Deliberating
) -> None:
    before, after = terms(session), halved(session, room)
    order = amend(session, room, after)
    award = the_award(session)
    assert order is not None
    assert (award.version, order.version, order.state) == (2, 2, OrderState.UNSIGNED)
    assert committed(session, room) == [5_000_000, SECOND]
    kept = session.scalars(select(AwardVersion)).one()
    assert terms_from_data(kept.terms) == before
    assert (kept.version, kept.reason) == (1, "The study is smaller.")
    now_ = terms(session)
    assert now_.parts == after.parts
    assert [one.amount for one in now_.tranches] == [7_800_000, 5_200_000]
    assert session.scalars(select(Decision.amount).where(Decision.id == award.decision_id)).one()
    assert findings(session) == ()


def test_only_the_funder_whose_part_changed_signs(
    app: Flask, session: Session, room: Deliberating
) -> None:
    order = amend(session, room, halved(session, room))
    assert order is not None
    name = room.applications[0].reference
    assert verdict(session, f"{name}-A1") is Verdict.GENUINE
    assert award_page(session, room.applications[0].id).waits_for == (room.funders[0].name,)
    grantee = actor_for(session, room.applications[0].contact_id)
    with pytest.raises(WrongState, match="The funders are signing"):
        accept_award(session, the_award(session).id, actor=grantee, now=NOW)
    assert sign(session, room, 0, order.id) == 1
    states = session.scalars(select(Contribution.state)).all()
    assert set(states) == {ContributionState.APPROVED}
    work(app, session)
    assert [verdict(session, f"{name}-A{one}") for one in (1, 2)] == [
        Verdict.AMENDED,
        Verdict.GENUINE,
    ]
    accept_award(session, the_award(session).id, actor=grantee, now=NOW)


def test_words_alone_are_amended_without_signatures(session: Session, room: Deliberating) -> None:
    after = replace(terms(session), conditions=("Publish the code.",))
    order = amend(session, room, after)
    assert order is not None
    assert order.state is OrderState.QUEUED
    award = the_award(session)
    assert [one["text"] for one in award.conditions] == [
        "Publish the code.",
        "Name us.",
        "Name us.",
    ]
    (newest, first) = award_page(session, room.applications[0].id).versions
    assert newest.changes == (
        "New condition: Publish the code.",
        "No longer asked: Publish what you measure.",
    )
    assert (first.version, first.changes) == (1, ())


def test_with_signatures_every_payer_signs_the_new_version(app: Flask, session: Session) -> None:
    room = a_released_round(session, needs_signatures=True)
    (first,) = orders(session, OrderState.UNSIGNED)
    sign(session, room, 0, first.id)
    order = amend(session, room, halved(session, room))
    session.refresh(first)
    assert first.state is OrderState.SUPERSEDED
    assert order is not None
    states = []
    for place in (0, 1):
        sign(session, room, place, order.id)
        states.append(order.state)
    assert states == [OrderState.UNSIGNED, OrderState.QUEUED]


def test_nothing_changes_where_nothing_was_changed(session: Session, room: Deliberating) -> None:
    assert amend(session, room, terms(session)) is None
    assert session.scalars(select(AwardVersion)).all() == []


def test_an_amendment_stays_within_the_envelopes(session: Session, room: Deliberating) -> None:
    first, second = room.funders
    over = with_sums(terms(session), {first.id: ENVELOPE + 1, second.id: SECOND})
    with pytest.raises(InvalidInput, match="has EUR 300,000 left"):
        amend(session, room, over)


def test_two_amendments_never_overwrite(session: Session, room: Deliberating) -> None:
    amend(session, room, replace(terms(session), answer_by=None))
    with pytest.raises(StaleVersion):
        amend(session, room, halved(session, room))


@pytest.mark.parametrize("state", [AwardState.ISSUED, AwardState.ACCEPTED])
def test_an_award_is_taken_back(
    app: Flask, session: Session, room: Deliberating, state: AwardState
) -> None:
    the_award(session).state = state
    session.flush()
    application = room.applications[0]
    order = withdraw_award(
        session,
        application.id,
        reason="The report was false.",
        version=1,
        actor=room.actor(session),
        now=NOW,
    )
    name = application.reference
    assert order.reference == f"{name}-W1"
    assert the_award(session).state is AwardState.WITHDRAWN
    assert application.state is ApplicationState.AWARDED
    follower = session.scalars(select(Decision).where(Decision.follows_id.is_not(None))).one()
    assert follower.application_id == room.applications[1].id
    assert committed(session, room) == [FIRST, SECOND]
    assert findings(session) == ()
    work(app, session)
    assert [verdict(session, f"{name}-{sign_}1") for sign_ in "AW"] == [
        Verdict.WITHDRAWN,
        Verdict.GENUINE,
    ]
    (newest, _) = award_page(session, application.id).versions
    assert (newest.reason, newest.changes) == (
        "The report was false.",
        ("The award is taken back.",),
    )


def test_what_has_ended_is_neither_amended_nor_taken_back(
    session: Session, room: Deliberating
) -> None:
    the_award(session).state = AwardState.LAPSED
    session.flush()
    with pytest.raises(WrongState, match="This award is lapsed"):
        amend(session, room, terms(session))


def test_the_reason_is_asked_for(session: Session, room: Deliberating) -> None:
    with pytest.raises(InvalidInput, match="Say why the award is taken back"):
        withdraw_award(
            session,
            room.applications[0].id,
            reason=" ",
            version=1,
            actor=room.actor(session),
            now=NOW + timedelta(days=1),
        )


def test_an_amended_part_is_settled_in_the_currency_of_its_envelope(
    session: Session, room: Deliberating
) -> None:
    a_rate(session, room.round, currency="USD", rate="0.5")
    first = room.funders[0].id
    envelope = session.scalars(select(Envelope).where(Envelope.funder_id == first)).one()
    envelope.own_currency, envelope.own_amount = "USD", 60_000_000
    part = session.scalars(select(Contribution).where(Contribution.funder_id == first)).one()
    part.own_amount = 24_000_000
    session.flush()
    amend(session, room, halved(session, room))
    session.refresh(part)
    assert (part.amount, part.own_amount) == (5_000_000, 10_000_000)


def test_an_award_from_an_envelope_in_another_currency_ends(
    session: Session, room: Deliberating
) -> None:
    a_rate(session, room.round, currency="USD", rate="0.7")
    for decision in session.scalars(select(Decision).where(Decision.reserve_place.is_not(None))):
        decision.released_at = NOW - timedelta(days=400)
    first = room.funders[0].id
    envelope = session.scalars(select(Envelope).where(Envelope.funder_id == first)).one()
    envelope.own_currency, envelope.own_amount = "USD", 42_857_143
    session.flush()
    actor = actor_for(session, room.applications[0].contact_id)
    refuse_award(session, the_award(session).id, actor=actor, now=NOW)
    assert committed(session, room) == [0, 0]
