"""The page that says whether a document is genuine."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.models import IssuedDocument
from fundapp.web.installation import installation
from tests.services.deliberating import Deliberating
from tests.services.test_releases import released, room, work

__all__ = ["room"]


@pytest.fixture
def letter(app: Flask, session: Session, room: Deliberating) -> IssuedDocument:
    released(session, room)
    work(app, session)
    found = session.scalars(
        select(IssuedDocument).where(IssuedDocument.reference.endswith("A1"))
    ).one()
    session.commit()
    return found


def posted(client, data: bytes):
    return client.post("/verify", data={"file": (BytesIO(data), "letter.pdf")})


def test_the_paper_is_checked_by_its_printed_address(client, letter):
    page = client.get(f"/verify?reference={letter.reference}&code={letter.code}")
    assert page.status_code == 200
    for words in ("This document is genuine", letter.reference, "€200,000", "Compare this with"):
        assert words in page.text


def test_a_wrong_code_keeps_what_was_typed(client, letter):
    page = client.get(f"/verify?reference={letter.reference}&code=AAAA-AAAA")
    assert page.status_code == 404
    assert "No document of ours has this reference with this code." in page.text
    assert f'value="{letter.reference}"' in page.text
    assert "€200,000" not in page.text


def test_the_file_is_checked_and_not_kept(client, letter):
    sealed = installation().files.get(letter.sha256)
    genuine, changed = posted(client, sealed), posted(client, sealed + b"!")
    assert (genuine.status_code, changed.status_code) == (200, 200)
    assert "This document is genuine" in genuine.text
    assert "This file was changed" in changed.text
    assert "Made from" in changed.text


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "Choose the PDF that you were given."), (b"hello", "This is not a PDF.")],
)
def test_no_file_or_another_one_is_refused(client, data, sentence):
    page = posted(client, data)
    assert page.status_code == 422
    assert sentence in page.text
