"""Nominations: named by anybody, asked by a manager, entered by the maker or forgotten."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from fundapp.domain.prize_rules import PrizeRules, prize_rules_as_data
from fundapp.domain.states import NominationState, RoundKind, RoundState
from fundapp.models import Answer, Application, AuditEvent, Nomination, OutboxMessage, Person
from fundapp.queries.personal_data import everything_about
from fundapp.services.nominations import forget_nominations, forget_nominations_of
from tests.builders import NOW, a_manager, a_person, a_question
from tests.services.test_applications import Call
from tests.web.test_evidence import ClientOf, text_of

TYPED = {
    "title": "Drift meter",
    "website": "https://Example.org/drift/",
    "reason": "It measures what others only claim.",
    "maker_name": "Mara Sample",
    "maker_email": "mara@sample.example",
    "nominator_name": "Nia Sample",
    "nominator_email": "nia@sample.example",
}


class Prize:
    """An open prize round that takes nominations, and who has to do with it."""

    def __init__(
        self, session: Session, client_of: ClientOf, client: FlaskClient, **columns: object
    ) -> None:
        rules = prize_rules_as_data(PrizeRules(takes_nominations=True))
        self.session, self.client_of, self.public = session, client_of, client
        self.call = Call(session, **{"kind": RoundKind.PRIZE, "prize_rules": rules, **columns})
        a_question(session, self.call.section, code="link", kind="link")
        self.maker = client_of(session.get_one(Person, self.call.ada.person_id))
        self.manager = client_of(a_manager(session))
        session.commit()

    @property
    def page(self) -> str:
        return f"/calls/{self.call.round.reference}/nominate"

    def nominate(self, **changes: str) -> TestResponse:
        return self.public.post(self.page, data={**TYPED, **changes})

    def one(self) -> Nomination:
        self.session.expire_all()
        return self.session.scalars(select(Nomination)).one()

    def asked(self) -> str:
        """Nominate and ask the maker; return the path of the mailed link."""
        assert self.nominate().status_code == 303
        assert self.manager.post(f"/nominations/{self.one().id}/ask").status_code == 303
        mail = self.session.scalars(
            select(OutboxMessage).where(OutboxMessage.once_key.startswith("nomination_asked"))
        ).one()
        assert mail.to_address == TYPED["maker_email"]
        found = re.search(r"\{site\}(/nomination-links/\S+)", mail.body)
        assert found is not None
        return found[1]


@pytest.fixture
def prize(session: Session, client_of: ClientOf, client: FlaskClient) -> Prize:
    return Prize(session, client_of, client)


def test_a_maker_enters_what_was_nominated(prize: Prize) -> None:
    assert "Nominate an evaluation" in prize.public.get(
        f"/calls/{prize.call.round.reference}"
    ).get_data(as_text=True)
    assert prize.nominate().headers["Location"].endswith("/nominate/thanks")
    assert prize.session.scalars(select(OutboxMessage)).all() == []
    listed = text_of(prize.manager.get(f"/rounds/{prize.call.round.id}/nominations"))
    assert "1 of 1 still to look at" in listed
    assert "Mara Sample" in listed
    prize.session.delete(prize.one())
    prize.session.commit()
    link = prize.asked()
    shown = text_of(prize.public.get(link))
    assert "Do you want to enter “Drift meter”?" in shown
    assert "It was nominated by Nia Sample." in shown
    assert "nia@sample.example" not in shown
    assert "Sign in to go on" in shown
    assert prize.public.post(f"{link}/enter").status_code == 401
    organisation = str(prize.call.organisation.id)
    entered = prize.maker.post(f"{link}/enter", data={"organisation": organisation, "note": "Yes."})
    entry = prize.session.scalars(select(Application)).one()
    assert entered.headers["Location"].endswith(f"/applications/{entry.id}")
    values = prize.session.scalars(select(Answer.value).order_by(Answer.question_id)).all()
    assert set(values) == {"Drift meter", "https://example.org/drift"}
    assert entry.title == "Drift meter"
    nomination = prize.one()
    assert (nomination.state, nomination.application_id, nomination.answer_note) == (
        NominationState.CONSENTED,
        entry.id,
        "Yes.",
    )
    again = prize.maker.post(f"{link}/enter", data={"organisation": organisation})
    assert again.headers["Location"] == entered.headers["Location"]
    assert len(prize.session.scalars(select(Application)).all()) == 1
    assert prize.maker.get(link).status_code == 410


def test_a_no_leaves_nothing_of_the_maker(prize: Prize) -> None:
    link = prize.asked()
    answer = prize.public.post(f"{link}/decline")
    assert answer.headers["Location"].endswith("/nomination-links/declined")
    assert "deleted" in text_of(prize.public.get("/nomination-links/declined"))
    nomination = prize.one()
    assert nomination.state is NominationState.REFUSED
    assert (nomination.maker_name, nomination.maker_email) == ("", "")
    assert (nomination.nominator_name, nomination.nominator_email) == ("", "")
    mail = prize.session.scalars(select(OutboxMessage)).one()
    assert "mara" not in f"{mail.to_address}{mail.to_name}{mail.body}".lower()
    assert prize.public.post(f"{link}/decline").status_code == 303
    organisation = str(prize.call.organisation.id)
    assert prize.maker.post(f"{link}/enter", data={"organisation": organisation}).status_code == 410
    lines = prize.session.scalars(
        select(AuditEvent.event).where(AuditEvent.event.startswith("nomination."))
    )
    assert sorted(lines) == ["nomination.asked", "nomination.received", "nomination.refused"]


def test_what_is_put_aside_is_forgotten_and_its_link_dead(prize: Prize) -> None:
    link = prize.asked()
    assert prize.manager.post(f"/nominations/{prize.one().id}/dismiss").status_code == 303
    assert prize.public.get(link).status_code == 410
    assert prize.one().maker_email == ""
    assert "Put aside" in text_of(prize.manager.get(f"/rounds/{prize.call.round.id}/nominations"))
    assert prize.manager.post(f"/nominations/{prize.one().id}/ask").status_code == 409


def test_the_same_evaluation_is_taken_once_and_nobody_learns_of_it(prize: Prize) -> None:
    first = prize.nominate()
    second = prize.nominate(website="https://example.org/drift", title="Other words")
    assert (first.status_code, first.headers["Location"]) == (
        second.status_code,
        second.headers["Location"],
    )
    assert prize.one().title == "Drift meter"
    assert "Drift meter" not in prize.public.get(prize.page).text


def test_a_network_nominates_ten_times_an_hour(prize: Prize) -> None:
    for number in range(10):
        answer = prize.nominate(website=f"https://example.org/{number}")
        assert answer.status_code == 303
    refused = prize.nominate(website="https://example.org/more")
    assert refused.status_code == 429


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "Give the title of the evaluation."),
        ("title", "x" * 301, "Shorten the title to 300 characters."),
        ("website", "", "Give the address at which it can be read."),
        ("website", "nowhere", "Enter an address such as https://example.org."),
        ("website", "javascript://x.y/%0aalert(1)", "Enter an address such as"),
        ("reason", " ", "Say why it deserves a prize."),
        ("reason", "x" * 2_001, "Shorten this to 2,000 characters."),
        ("maker_name", "", "Enter a name"),
        ("maker_email", "mara", "Enter a mail address"),
        ("nominator_email", "nia", "Enter a mail address"),
    ],
)
def test_bad_words_are_kept_and_told(prize: Prize, field: str, typed: str, sentence: str) -> None:
    answer = prize.nominate(**{field: typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "It measures what others only claim." in answer.text or field == "reason"
    assert prize.session.scalars(select(Nomination)).all() == []


@pytest.mark.parametrize(
    "columns",
    [{"state": RoundState.REVIEWING}, {"closes_at": NOW - timedelta(days=1)}],
)
def test_a_closed_call_takes_none(
    session: Session, client_of: ClientOf, client: FlaskClient, columns: dict[str, object]
) -> None:
    prize = Prize(session, client_of, client, **columns)
    assert "takes no nominations now" in prize.public.get(prize.page).text
    assert prize.nominate().status_code == 409
    assert session.scalars(select(Nomination)).all() == []


def test_a_call_without_nominations_has_no_such_page(
    session: Session, client_of: ClientOf, client: FlaskClient
) -> None:
    grant = Prize(session, client_of, client, kind=RoundKind.GRANT, prize_rules={})
    assert client.get(grant.page).status_code == 404


def test_who_has_no_organisation_is_led_to_one(prize: Prize) -> None:
    link = prize.asked()
    alone = prize.client_of(a_person(prize.session, "Mara Sample"))
    shown = alone.get(link).text
    assert f"then={link}".replace("/", "%2F") in shown or f"then={link}" in shown
    other = alone.post(f"{link}/enter", data={"organisation": str(prize.call.organisation.id)})
    assert other.status_code == 422
    assert "Choose the organisation that enters." in other.text


def test_unanswered_addresses_are_forgotten_after_the_call(session: Session, prize: Prize) -> None:
    prize.asked()
    closes = prize.call.round.closes_at
    assert closes is not None
    forget_nominations(session, now=closes + timedelta(days=29))
    assert prize.one().maker_email == TYPED["maker_email"]
    forget_nominations(session, now=closes + timedelta(days=31))
    session.commit()
    assert (prize.one().maker_email, prize.one().nominator_email) == ("", "")


def test_people_get_what_names_them_and_take_it_away(session: Session, prize: Prize) -> None:
    prize.asked()
    maker = a_person(session, "Mara Sample", email=TYPED["maker_email"])
    nominator = a_person(session, "Nia Sample", email=TYPED["nominator_email"])
    session.commit()
    (own,) = everything_about(session, maker.id)["nominations_as_maker"]
    assert own["title"] == "Drift meter"
    assert "nia" not in str(own).lower()
    (made,) = everything_about(session, nominator.id)["nominations_made"]
    assert made["reason"] == TYPED["reason"]
    forget_nominations_of(session, maker.email)
    session.commit()
    assert (prize.one().maker_name, prize.one().nominator_name) == ("", "Nia Sample")


def test_rules_with_nominations_differ_only_by_them() -> None:
    plain = PrizeRules()
    assert prize_rules_as_data(plain) == {}
    assert prize_rules_as_data(replace(plain, takes_nominations=True)) == {
        "takes_nominations": True
    }
