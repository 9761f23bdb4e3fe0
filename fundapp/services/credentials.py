"""Signing the winners' credentials, and revoking them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from fundapp.domain.credentials import BadgeKey, BadgeVerdict
from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.permissions import Action, Actor, require
from fundapp.domain.prize_rules import certifies_winners
from fundapp.exports.badges import Issuer, credential_claims
from fundapp.models import Application, Award, Credential, Decision, Person, Round
from fundapp.queries.access import application_facts
from fundapp.queries.credentials import (
    CredentialToIssue,
    PublicCredential,
    credential_in,
    credentials_to_issue,
)
from fundapp.services.audit import record_event
from fundapp.services.jobs import queue_job
from fundapp.services.mail_texts import mail_text
from fundapp.services.notes import read_note
from fundapp.services.outbox import Letterbox, queue_mail
from fundapp.services.work import Work

ISSUE_CREDENTIALS = "issue_credentials"
"""Kind of the job that signs the credentials of a round's winners."""


def issuer_of(config: Config, *, is_trial: bool) -> Issuer:
    """Return the fund as it signs credentials."""
    return Issuer(
        name=config.fund_name,
        site=config.public_url.rstrip("/"),
        mail=config.fund_mail,
        is_trial=is_trial,
    )


def order_credentials(
    session: Session, round_: Round, *, actor: Actor | None, now: datetime
) -> None:
    """Have the worker sign the credentials of a prize round, valid from its instant on."""
    if certifies_winners(round_.kind, round_.source_note):
        queue_job(session, ISSUE_CREDENTIALS, {"round_id": str(round_.id)}, now=now, actor=actor)


def issue_credentials(work: Work) -> None:
    """Sign what is in force and not signed for the instant that the round has now.

    A credential is signed before its instant, so that it is there when nobody is at work, and it
    is valid from then on only; nobody gets it before. One that was public is never signed anew.
    """
    round_id = UUID(work.payload["round_id"])
    key = work.badge_key()
    issuer = issuer_of(work.config, is_trial=key.is_made_up)
    with work.transaction() as session:
        now = work.now()
        for wanted in credentials_to_issue(session, round_id):
            is_public_already = wanted.issued_at is not None and wanted.issued_at <= now
            if wanted.issued_at != wanted.row.valid_from and not is_public_already:
                _issue(session, wanted, round_id, issuer=issuer, key=key, now=now)


def _issue(
    session: Session,
    wanted: CredentialToIssue,
    round_id: UUID,
    *,
    issuer: Issuer,
    key: BadgeKey,
    now: datetime,
) -> None:
    row = wanted.row
    if wanted.id is None:
        last = session.scalar(select(func.max(Credential.number)))
        number = 0 if last is None else last + 1
        credential = Credential(id=uuid4(), award_id=row.award_id, number=number)
        session.add(credential)
    else:
        credential = session.get_one(Credential, wanted.id, with_for_update=True)
    claims = credential_claims(row, id_=credential.id, number=credential.number, issuer=issuer)
    credential.token = key.sign(claims, key_url=issuer.key_url)
    credential.issued_at = row.valid_from
    session.flush()
    record_event(
        session, "credential.issued", credential, actor=None, now=now, round_id=round_id,
        reference=row.reference, until=row.valid_from,
    )  # fmt: skip


def revoke_credential(
    session: Session, application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Credential:
    """Revoke an award's badge for good, with a reason that the public and the winner read.

    Revoking it again changes nothing.
    """
    facts = application_facts(session, application_id, for_update=True)
    require(actor, Action.RELEASE_DECISIONS, facts)
    credential = session.scalar(
        select(Credential)
        .join(Award, Award.id == Credential.award_id)
        .join(Decision, Decision.id == Award.decision_id)
        .where(Decision.application_id == application_id)
        .with_for_update(of=Credential)
        .execution_options(populate_existing=True)
    )
    if credential is None:
        raise NotFound("This application has no badge.")
    if credential.revoked_at is not None:
        return credential
    if credential.issued_at > now:
        raise WrongState("This badge is not public yet. Take the award back instead.")
    missing = "Say why the badge is revoked. The public and the winner read it."
    credential.reason = read_note(reason, field="reason", if_missing=missing)
    credential.revoked_at, credential.revoked_by_id = now, actor.person_id
    session.flush()
    record_event(
        session, "credential.revoked", credential, actor=actor, now=now, round_id=facts.round.id,
        application_id=application_id, reason=credential.reason,
    )  # fmt: skip
    _tell_winner(session, credential, application_id, now=now)
    return credential


def _tell_winner(
    session: Session, credential: Credential, application_id: UUID, *, now: datetime
) -> None:
    application = session.get_one(Application, application_id)
    round_ = session.get_one(Round, application.round_id)
    contact = session.get_one(Person, application.contact_id)
    text = mail_text(
        "badge_revoked",
        reference=application.reference,
        title=application.title,
        round_title=round_.title,
        notice=round_.notice,
        reason=credential.reason,
        badge_id=credential.id,
    )
    queue_mail(
        session,
        Letterbox(contact.email, contact.name),
        text,
        now=now,
        round_id=round_.id,
        once_key=f"badge_revoked:{credential.id}",
    )


def check_badge(
    session: Session, token: str, *, key: BadgeKey, now: datetime
) -> tuple[BadgeVerdict, Mapping[str, Any], PublicCredential | None]:
    """Return what we say of a badge, what it says, and which it is. 1 statement.

    Works offline: our own key and our own record. UNKNOWN: our key signed it, and our record
    does not have it, or not yet.
    """
    claims = key.claims_of(token)
    if claims is None:
        return BadgeVerdict.FOREIGN, {}, None
    found = credential_in(session, token, now=now)
    if found is None:
        return BadgeVerdict.UNKNOWN, {}, None
    verdict = BadgeVerdict.REVOKED if found.is_revoked else BadgeVerdict.VALID
    return verdict, claims, found
