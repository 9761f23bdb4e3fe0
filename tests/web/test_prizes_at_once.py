"""Two people act at the same moment: one nomination, mail and answer; no judge who enters."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundapp.domain.states import ApplicationState, RoundKind
from fundapp.models import Application, Invitation, Nomination, OutboxMessage
from tests.builders import a_manager
from tests.web.test_evidence import ClientOf
from tests.web.test_judges_entering import Prize as Judged
from tests.web.test_nominations import TYPED, Prize


def at_once(session: Session, posts: Sequence[Callable[[], int]]) -> list[int]:
    """Send all at the same moment; return their statuses."""
    session.commit()
    with ThreadPoolExecutor(len(posts)) as pool:
        statuses = list(pool.map(lambda post: post(), posts))
    session.rollback()
    session.expire_all()
    return statuses


def posting(browser: FlaskClient, path: str, **data: str) -> Callable[[], int]:
    return lambda: browser.post(path, data=data).status_code


def test_four_name_the_same_evaluation(
    app: Flask, session: Session, client_of: ClientOf, client: FlaskClient
) -> None:
    prize = Prize(session, client_of, client)
    posts = [posting(app.test_client(), prize.page, **TYPED) for _ in range(4)]
    assert at_once(session, posts) == [303] * 4
    assert prize.one().website == "https://example.org/drift"


def test_two_managers_ask_and_the_maker_gets_one_mail(
    session: Session, client_of: ClientOf, client: FlaskClient
) -> None:
    prize = Prize(session, client_of, client)
    prize.nominate()
    path = f"/nominations/{prize.one().id}/ask"
    browsers = [prize.manager, client_of(a_manager(session))]
    assert sorted(at_once(session, [posting(one, path) for one in browsers])) == [303, 409]
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_yes_and_no_at_once_leave_one_answer(
    app: Flask, session: Session, client_of: ClientOf, client: FlaskClient
) -> None:
    prize = Prize(session, client_of, client)
    link = prize.asked()
    organisation = str(prize.call.organisation.id)
    at_once(
        session,
        [
            posting(prize.maker, f"{link}/enter", organisation=organisation),
            posting(app.test_client(), f"{link}/decline"),
        ],
    )
    entries = list(session.scalars(select(Application.id)))
    nomination = session.scalars(select(Nomination)).one()
    answer = (nomination.state.value, [nomination.application_id])
    assert answer == (("consented", entries) if entries else ("refused", [None]))
    assert nomination.maker_email == ""


def test_an_entry_is_submitted_while_a_member_is_invited_to_judge(
    session: Session, client_of: ClientOf
) -> None:
    prize = Judged(session, client_of, RoundKind.PRIZE)
    prize.joins()
    at_once(
        session,
        [posting(prize.writer, f"/applications/{prize.entry.id}/submit"), prize.to_panel],
    )
    session.refresh(prize.entry)
    invited = session.scalar(select(func.count()).select_from(Invitation))
    stands = (prize.entry.state, invited)
    assert stands in {(ApplicationState.SUBMITTED, 0), (ApplicationState.DRAFT, 1)}
