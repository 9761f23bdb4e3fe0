"""Audit lines in words. An event is `subject.past_participle`; most read by themselves."""

from collections.abc import Mapping
from typing import Any

SYSTEM = "The system"

_ACTS = {
    "person.registered": "opened an account",
    "person.confirmed": "confirmed a mail address",
    "person.signed_in": "signed in",
    "person.signed_out": "signed out",
    "person.signed_out_everywhere": "signed out all other browsers",
    "person.password_changed": "changed a password",
    "person.changed": "changed a name or time zone",
    "person.role_granted": "gave a person a role",
    "person.role_revoked": "took a role from a person",
    "person.deletion_requested": "asked to be deleted",
    "person.deletion_withdrawn": "took the wish to be deleted back",
    "person.anonymised": "made a person anonymous",
    "panel_seat.taken": "took a seat on a panel",
    "conflict.exported": "exported the register of recusals",
    "application.checked": "checked an application's eligibility",
    "office.taken": "took office for a funder",
    "membership.joined": "joined an organisation",
    "round.applications_imported": "loaded applications from a file",
    "round.reviews_imported": "loaded reviews from a file",
    "round.exported": "exported a round",
    "round.reviewers_reminded": "reminded reviewers",
    "discussion_note.added": "wrote in a discussion",
    "outbox_message.resent": "sent a mail again",
    "outbox_message.settled": "noted that a mail need not be sent again",
}

_NOUNS = {
    "person": "a person",
    "one_time_link": "a link",
    "outbox_message": "a mail",
    "issued_document": "a document",
    "panel_seat": "a seat on a panel",
    "prize_rung": "a place on the prize ladder",
    "submitted_version": "a submission",
}


def audit_sentence(event: str, actor_name: str | None) -> str:
    """Say who did what: "Cleo Sample submitted an application"."""
    who = actor_name or SYSTEM
    if event in _ACTS:
        return f"{who} {_ACTS[event]}"
    subject, _, act = event.partition(".")
    return f"{who} {act.replace('_', ' ')} {_noun(subject)}"


def detail_lines(details: Mapping[str, Any]) -> list[str]:
    """Return the details of a line as "word: value", without empty ones."""
    return [
        f"{key.replace('_', ' ')}: {_value(value)}"
        for key, value in sorted(details.items())
        if value not in (None, "", [], {})
    ]


def _noun(subject: str) -> str:
    words = subject.replace("_", " ")
    article = "an" if words[:1] in set("aeio") else "a"
    return _NOUNS.get(subject, f"{article} {words}")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value)
    return str(value)
