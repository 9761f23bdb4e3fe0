"""Signs visitors in: a sign-in row, the signed cookie of a browser, and its form token."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from benchmarks.pages.scene import Visitor
from fundapp.models import SignIn
from fundapp.services.tokens import hash_of_token, new_token


def meeting(app: Flask, session: Session) -> Callable[[UUID], Visitor]:
    """Return what signs a person in, once each."""
    interface = app.session_interface
    signer = interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    forms = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
    now = datetime.now(UTC)

    def meet(person_id: UUID) -> Visitor:
        token, form_secret = new_token(), new_token()
        session.add(
            SignIn(
                person_id=person_id,
                token_hash=hash_of_token(token),
                started_at=now,
                expires_at=now + timedelta(days=14),
            )
        )
        kept = {"_user_id": token, "_fresh": True, "_permanent": True, "csrf_token": form_secret}
        return Visitor(person_id, signer.dumps(kept), forms.dumps(form_secret))

    return meet
