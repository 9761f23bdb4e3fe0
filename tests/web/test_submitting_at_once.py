"""Several people submit at the same moment: every number once, every version once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.models import Application, Person, SubmittedVersion
from fundapp.queries.access import actor_for
from fundapp.services.answers import save_answer
from fundapp.services.applications import start_application
from tests.builders import NOW, a_member, an_organisation
from tests.services.test_applications import Call


def test_two_colleagues_each_of_eight_organisations(
    session: Session, client_of: Callable[[Person], FlaskClient]
) -> None:
    call = Call(session)
    ready = []
    for place in range(8):
        organisation = an_organisation(session, f"Gauge {place}")
        people = [a_member(session, organisation) for _ in range(2)]
        actor = actor_for(session, people[0].id)
        made = start_application(session, call.round.id, organisation.id, actor=actor, now=NOW)
        for question, raw in ((call.title, "Drift"), (call.risk, "Risk."), (call.amount, "1000")):
            save_answer(session, made.id, question.id, raw=raw, version=0, actor=actor, now=NOW)
        ready += [(person, f"/applications/{made.id}/submit") for person in people]
    browsers = [(client_of(person), address) for person, address in ready]
    with ThreadPoolExecutor(len(browsers)) as pool:
        statuses = list(pool.map(lambda pair: pair[0].post(pair[1]).status_code, browsers))
    session.rollback()
    session.expire_all()
    assert statuses == [303] * 16
    numbers = session.scalars(select(Application.number).order_by(Application.number))
    assert list(numbers) == list(range(1, 9))
    assert list(session.scalars(select(SubmittedVersion.number))) == [1] * 8
