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
    "panel_seat.taken": "filled a seat on a panel",
    "panel_seat.left": "took a reviewer off a panel",
    "conflict.exported": "exported the register of recusals",
    "application.checked": "checked an application's eligibility",
    "office.taken": "took office for a funder",
    "office.given": "let a person speak for a funder",
    "office.ended": "ended an office for a funder",
    "investment.recorded": "recorded a funder’s stake in an applicant",
    "investment.removed": "removed a funder’s stake from the record",
    "membership.joined": "joined an organisation",
    "round.section_added": "added a section to a form",
    "round.section_updated": "changed a section of a form",
    "round.section_removed": "removed a section from a form",
    "round.question_added": "added a question to a form",
    "round.question_updated": "changed a question of a form",
    "round.question_removed": "removed a question from a form",
    "round.form_reordered": "moved a part of a form",
    "round.criterion_added": "added a criterion to a rubric",
    "round.criterion_updated": "changed a criterion of a rubric",
    "round.criterion_removed": "removed a criterion from a rubric",
    "round.rubric_reordered": "moved a criterion of a rubric",
    "round.weights_set": "set the weights of a rubric",
    "round.envelope_set": "set a funder’s envelope",
    "round.envelope_removed": "took a funder out of a round",
    "round.prizes_set": "wrote the prizes of a round",
    "round.advanced": "moved a round on",
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
