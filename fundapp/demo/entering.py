"""How the entries of the sample prize round come in: nominated, written, with their logs."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.demo.cast import MANAGER, NOMINATOR, mail_of
from fundapp.demo.entries import ENTRIES, Entry, fields_of
from fundapp.demo.samples import sign_up_team, write_sections
from fundapp.demo.stage import Stage, token_in_newest_mail
from fundapp.domain.gates import failed_codes
from fundapp.domain.uploads import MAX_BYTES, FileKind, check_upload
from fundapp.models import Attachment, Nomination
from fundapp.queries.drafts import application_draft
from fundapp.queries.gates import draft_gates
from fundapp.services.applications import start_application, submit_application
from fundapp.services.attachments import StoredUpload
from fundapp.services.evidence import logs_in
from fundapp.services.gallery import choose_gallery
from fundapp.services.nomination_texts import Nominated
from fundapp.services.nominations import ask_maker, enter_nomination, nominate
from fundapp.services.sensitive_files import mark_sensitive
from fundapp.web.installation import Installation

LOGS_QUESTION = "evidence"


def nominate_one(stage: Stage, key: str) -> str:
    """Let somebody nominate an evaluation, and the manager ask its maker by mail."""
    entry = next(entry for entry in ENTRIES if entry.is_nominated)
    typed = Nominated(
        title=entry.title,
        website=entry.website,
        reason="It is short, and it says what it cannot tell. A sample nomination.",
        maker_name=entry.maker,
        maker_email=_address(entry),
        nominator_name=NOMINATOR,
        nominator_email=mail_of(NOMINATOR, "public.example"),
    )
    with stage.transaction() as session:
        nominate(session, stage.rounds[key], typed, now=stage.now)
    with stage.transaction() as session:
        nomination_id = session.scalars(
            select(Nomination.id).where(Nomination.round_id == stage.rounds[key])
        ).one()
        ask_maker(session, nomination_id, actor=stage.actor(session, MANAGER), now=stage.now)
        stage.links[_address(entry)] = token_in_newest_mail(session, _address(entry))
    return f"“{entry.title}” is nominated, and its maker is asked."


def enter_all(stage: Stage, key: str) -> str:
    """Let each team register, write its entry, attach its log and submit."""
    for place, entry in enumerate(ENTRIES, start=1):
        upload = stored_log(stage, entry.log)
        with stage.transaction() as session:
            _enter(stage, session, entry, key=key, upload=upload)
        stage.teller.progress(place, len(ENTRIES))
    failing = sum(bool(entry.gates_note) for entry in ENTRIES)
    return f"{len(ENTRIES)} teams enter with their logs; {failing} with a gate that fails."


def stored_log(stage: Stage, path: Path) -> StoredUpload:
    """Check, read and store a log as the pages do."""
    content = path.read_bytes()
    checked = check_upload(
        path.name, content, accepts=(FileKind.ARCHIVE,), field=LOGS_QUESTION, max_bytes=MAX_BYTES
    )
    logs = logs_in(checked.name, checked.kind, content)
    installed = cast(Installation, stage.app.extensions["installation"])
    sha256, size = installed.files.put(BytesIO(content))
    return StoredUpload(checked.name, checked.kind, checked.media_type, size, sha256, logs)


def _enter(stage: Stage, session: Session, entry: Entry, *, key: str, upload: StoredUpload) -> None:
    organisation_id, maker = sign_up_team(
        stage,
        session,
        entry.maker,
        organisation=entry.organisation,
        country=entry.country,
        domain=entry.domain,
        about=f"A fictional team that measures {entry.measures}.",
    )
    application_id = _begin(stage, session, entry, key=key, maker=maker, at=organisation_id)
    write_sections(
        stage,
        session,
        application_id,
        fields=fields_of(entry, released_on=(stage.now - timedelta(days=90)).date()),
        applicant=maker,
        files={LOGS_QUESTION: upload},
    )
    actor = stage.actor(session, maker)
    if entry.is_sensitive:
        attached = session.scalars(
            select(Attachment.id).where(Attachment.application_id == application_id)
        ).one()
        mark_sensitive(session, attached, is_sensitive=True, actor=actor, now=stage.now)
    choose_gallery(session, application_id, entry.in_gallery, actor=actor, now=stage.now)
    known = failed_codes(draft_gates(session, application_draft(session, application_id)))
    submit_application(
        session,
        application_id,
        actor=actor,
        now=stage.now,
        known_failures=known,
        gates_note=entry.gates_note,
    )


def _begin(stage: Stage, session: Session, entry: Entry, *, key: str, maker: str, at: UUID) -> UUID:
    """Begin the draft of the organisation `at`: by the link of a nomination, or of its own."""
    actor = stage.actor(session, maker)
    if not entry.is_nominated:
        round_id = stage.rounds[key]
        return start_application(session, round_id, at, actor=actor, now=stage.now).id
    token = stage.links[_address(entry)]
    return enter_nomination(session, token, at, actor=actor, now=stage.now).id


def _address(entry: Entry) -> str:
    return mail_of(entry.maker, entry.domain)
