"""Moving money: to the last cent and not beyond, and without ending who moves it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import EnvelopeOverdrawn
from fundapp.models import Envelope, Funder, Round
from fundapp.services.envelopes import lock_envelopes, move_money
from tests.builders import a_funder, a_round, an_envelope

ROOM = 1_000


@pytest.fixture
def round_(session: Session) -> Round:
    round_ = a_round(session)
    for name in ("Lilliput Foundation", "Erewhon Trust"):
        an_envelope(session, round_, a_funder(session, name), amount=ROOM)
    return round_


def test_the_last_cent_can_be_committed_and_freed(session: Session, round_: Round) -> None:
    envelopes = lock_envelopes(session, round_.id)
    first, second = envelopes
    move_money(session, envelopes, {first: ROOM, second: 1})
    assert [envelopes[funder].committed for funder in (first, second)] == [ROOM, 1]
    move_money(session, envelopes, {first: -ROOM, second: 0})
    assert [envelopes[funder].committed for funder in (first, second)] == [0, 1]


def test_one_cent_more_is_refused_by_name(session: Session, round_: Round) -> None:
    envelopes = lock_envelopes(session, round_.id)
    lilliput = session.scalars(select(Funder.id).where(Funder.name.startswith("Lilliput"))).one()
    with pytest.raises(EnvelopeOverdrawn, match=r"^The envelope of Lilliput Foundation has less"):
        move_money(session, envelopes, {lilliput: ROOM + 1})
    assert envelopes[lilliput].committed == 0


def test_who_moves_it_decides_what_a_refusal_undoes(session: Session, round_: Round) -> None:
    envelopes = lock_envelopes(session, round_.id)
    first, second = sorted(envelopes)
    round_.title = "Written in the same transaction"
    with pytest.raises(EnvelopeOverdrawn), session.begin_nested():
        move_money(session, envelopes, {first: 1, second: ROOM + 1})
    session.commit()
    assert round_.title == "Written in the same transaction"
    assert session.scalars(select(Envelope.committed)).all() == [0, 0]


def test_what_others_took_meanwhile_counts(session: Session, round_: Round) -> None:
    envelopes = lock_envelopes(session, round_.id)
    (first, *_) = envelopes
    move_money(session, envelopes, {first: ROOM - 1})
    with pytest.raises(EnvelopeOverdrawn):
        move_money(session, envelopes, {first: 2})
