"""Who chooses the language of letters, and until when."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.states import ApplicationState, DocumentKind, RoundState
from fundapp.models import Application, AuditEvent, DocumentOrder, Person
from fundapp.queries.access import actor_for
from fundapp.services.applications import start_application
from fundapp.services.document_orders import order_announcement, order_letters
from fundapp.services.letter_languages import choose_letter_language
from fundapp.services.people import update_profile
from tests.builders import NOW, a_manager, a_member, a_person, a_round, an_organisation


def _actor(session: Session, person: Person) -> Actor:
    session.flush()
    return actor_for(session, person.id)


def _begun(session: Session, language: str = "en") -> tuple[Application, Actor]:
    organisation = an_organisation(session)
    owner = a_member(session, organisation)
    actor = _actor(session, owner)
    update_profile(
        session, owner.id, name="Ada", time_zone="UTC", language=language, actor=actor, now=NOW
    )
    round_ = a_round(session)
    return start_application(session, round_.id, organisation.id, actor=actor, now=NOW), actor


def test_an_application_begins_in_its_applicants_language(session: Session) -> None:
    application, _ = _begun(session, "ar")
    assert application.language == "ar"


def test_the_applicant_chooses_another_and_the_letter_is_in_it(session: Session) -> None:
    application, actor = _begun(session)
    for _ in range(2):
        choose_letter_language(session, application.id, "hi", actor=actor, now=NOW)
    application.reference, application.number = "EVF-2026-001", 1
    session.flush()
    kinds = {application.id: DocumentKind.DECLINE_LETTER}
    manager = _actor(session, a_manager(session))
    (order,) = order_letters(session, application.round_id, kinds, actor=manager, now=NOW)
    told = select(AuditEvent.event).where(AuditEvent.event == "application.language_chosen")
    assert (order.language, order.reference) == ("hi", "EVF-2026-001-D1")
    assert session.scalars(told).all() == ["application.language_chosen"]


def test_a_language_without_words_is_refused(session: Session) -> None:
    application, actor = _begun(session)
    with pytest.raises(InvalidInput) as refused:
        choose_letter_language(session, application.id, "tlh", actor=actor, now=NOW)
    assert [problem.sentence for problem in refused.value.problems] == [
        "Choose one of: English, French, Spanish, Arabic, Chinese (simplified), Hindi."
    ]


def test_a_told_decision_keeps_its_language(session: Session) -> None:
    application, actor = _begun(session)
    application.state = ApplicationState.DECLINED
    session.flush()
    with pytest.raises(WrongState):
        choose_letter_language(session, application.id, "fr", actor=actor, now=NOW)


def test_nobody_else_chooses(session: Session) -> None:
    application, _ = _begun(session)
    other = _actor(session, a_person(session, "Eve Sample"))
    with pytest.raises(NotAllowed):
        choose_letter_language(session, application.id, "fr", actor=other, now=NOW)


def test_an_announcement_is_ordered_once_in_each_language(session: Session) -> None:
    round_ = a_round(session, RoundState.DECIDED, announcement_languages=["zh", "fr"])
    manager = _actor(session, a_manager(session))
    order_announcement(session, round_.id, note="", actor=manager, now=NOW)
    again = order_announcement(session, round_.id, note="A sum.", actor=manager, now=NOW)
    orders = session.scalars(select(DocumentOrder).order_by(DocumentOrder.reference)).all()
    assert again.reference == f"{round_.reference}-N2"
    assert [(order.reference, order.language, order.version) for order in orders] == [
        (f"{round_.reference}-N1", "en", 1),
        (f"{round_.reference}-N1-FR", "fr", 1),
        (f"{round_.reference}-N1-ZH", "zh", 1),
        (f"{round_.reference}-N2", "en", 2),
        (f"{round_.reference}-N2-FR", "fr", 2),
        (f"{round_.reference}-N2-ZH", "zh", 2),
    ]
