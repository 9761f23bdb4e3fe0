"""The base: health, headers, the append-only audit record, schema equals models."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from fundapp.adapters import schema
from fundapp.extensions import db
from fundapp.models import Base
from fundapp.services.audit import record_event
from tests.builders import NOW, a_person


def test_healthz_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_every_answer_has_the_strict_headers(client: FlaskClient) -> None:
    headers = client.get("/healthz").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")


def test_unknown_page_is_a_page_that_helps(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_migrated_schema_equals_the_models(app: Flask) -> None:
    with app.app_context():
        assert schema.differences(db.engine, Base.metadata) == []


def test_downgrade_leaves_nothing(app: Flask) -> None:
    with app.app_context():
        schema.downgrade(db.engine)
        assert inspect(db.engine).get_table_names() == ["alembic_version"]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET event = ''", "DELETE FROM audit_event"]
)
def test_audit_record_is_append_only(session: Session, statement: str) -> None:
    person = a_person(session)
    record_event(session, "person.registered", person, actor=None, now=NOW)
    session.flush()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(statement))


def test_instants_come_back_aware_and_in_utc(session: Session) -> None:
    person = a_person(session, created_at=datetime(2026, 1, 1, 12, tzinfo=UTC))
    session.commit()
    session.expire_all()
    assert person.created_at == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert person.created_at.tzinfo is UTC
