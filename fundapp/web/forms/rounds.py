"""Forms of rounds: a new one, its settings, a step, an extension."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.languages import OTHERS, in_order
from fundapp.domain.letter_terms import PERIODS, LetterTerms, TrancheTerm
from fundapp.domain.money import CURRENCIES, Money
from fundapp.domain.permissions import PeerReviews
from fundapp.domain.rounds import RoundSettings
from fundapp.domain.templates import TEMPLATES
from fundapp.domain.text import one_line, quoted
from fundapp.domain.windows import typed_local
from fundapp.services.people import read_time_zone
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.typed import Typed

_TRANCHE = re.compile(r"([0-9]{1,3})\s*%?\s+(.*?)(?:,?\s+after\s+([0-9]{1,4})\s+days)?")
_TEXTS = ("title", "programme", "summary", "call_text", "notice", "source_note")
_MOMENTS = ("opens_at", "closes_at", "reviews_due_at")
ZONE_HINT = "The nearest large city, such as Nairobi or Europe/Zurich, or UTC."


class NewRoundForm(PageForm):
    """What a new round begins from, and when it opens."""

    round_id = HiddenField()
    source = RadioField("Begin from", validate_choice=False)
    title = StringField("Title", description="Leave empty to take the one it begins from.")
    opens_on = StringField("First day of the call", description="All dates are counted from it.")
    time_zone = StringField("Time zone of the dates", description=ZONE_HINT, default="UTC")

    def offer_sources(self, earlier: list[tuple[UUID, str, str]]) -> "NewRoundForm":
        """Fill the list: the templates, then earlier rounds."""
        templates = [(template.code, f"Template: {template.title}") for template in TEMPLATES]
        copies = [(str(id_), f"{reference}: {title}") for id_, reference, title in earlier]
        self.source.choices = options([*templates, *copies])
        self.offered = {code for code, _ in (*templates, *copies)}
        return self

    def chosen_id(self) -> UUID | None:
        """Return the id that this page offered, so that a double click makes one round."""
        try:
            return UUID(self.round_id.data or "")
        except ValueError:
            return None

    def read(self) -> tuple[str, date | None, str]:
        """Return source, first day and zone; raise InvalidInput."""
        typed = Typed(self)
        opens_on = typed.day("opens_on")
        zone = read_zone(typed)
        if self.source.data not in self.offered:
            typed.problems.append(Problem("source", "Choose what the round begins from."))
        typed.refuse_problems()
        return self.source.data, opens_on, zone


class SettingsForm(PageForm):
    """The settings of a draft. Every field keeps the text that was typed."""

    version = HiddenField(default="0")
    title = StringField("Title")
    programme = StringField("Programme", description="What several rounds have in common.")
    summary = TextAreaField("Summary", description="One or two sentences under the title.")
    call_text = TextAreaField(
        "Text of the call", description="Markdown: ## heading, - list, **strong**."
    )
    notice = StringField(
        "Strip on every page and letter", description="Such as: Sample. All names are fictional."
    )
    source_note = TextAreaField("Where the data come from")
    currency = SelectField(
        "Currency",
        choices=options((code, code) for code in sorted(CURRENCIES)),
        validate_choice=False,
    )
    smallest_award = StringField("Smallest award")
    largest_award = StringField("Largest award")
    time_zone = StringField("Time zone of the dates", description=ZONE_HINT)
    is_anywhere_on_earth = BooleanField("Tell the deadline as anywhere-on-earth time as well")
    opens_at = StringField("The call opens")
    closes_at = StringField("Applications close")
    reviews_due_at = StringField("Reviews end")
    decides_on = StringField("The funders decide")
    reviews_wanted = StringField("Reviews of each application")
    funders_wanted = StringField("Funders that these reviews come from, at least")
    is_blind = BooleanField(
        "Blind: reviewers and officers do not see who applies until it is decided"
    )
    peer_reviews = RadioField(
        "May reviewers read the other reviews of an application?",
        choices=options(
            [
                (PeerReviews.AFTER_OWN.value, "Yes, after their own is in"),
                (PeerReviews.NEVER.value, "No"),
            ]
        ),
        validate_choice=False,
    )
    corrects_strictness = BooleanField(
        "Correct scores for strict and generous reviewers",
        description="Only where the reviews show that reviewers differ. Else means stand.",
    )
    weighs_confidence = BooleanField(
        "Let sure reviews count more",
        description="A review counts by its answer to “How sure are you?”: in full at 5, "
        "by 0.7 at 3, by 0.4 at 1. One without an answer counts as 3.",
    )
    takes_bids = BooleanField("Reviewers say which applications they want to review")
    needs_signatures = BooleanField(
        "An officer of each paying funder signs every award letter",
        description="The letter is printed when the last of them has signed.",
    )
    announcement_languages = SelectMultipleField(
        "Languages of the announcement beside English",
        choices=options((code, f"{one.name} ({one.own_name})") for code, one in OTHERS.items()),
        description="It is printed once in each. Titles and names stay as they were typed.",
        validate_choice=False,
    )
    conditions = TextAreaField("Conditions of an award", description="One a line.")
    tranches = TextAreaField(
        "Instalments",
        description="One a line: the share, what releases it, and the first day it may come. "
        "Such as: 40 % Report on the first milestone, after 90 days",
    )
    answer_days = StringField("Days to accept an award")
    appeal_days = StringField("Days to contest a fact")
    appeal_answer_days = StringField("Days in which we answer that")
    reserve_days = StringField("Days for which the reserve list is kept")
    retention_months = StringField("Months for which we keep the data of the round")

    def settings(self) -> RoundSettings:
        """Return what was typed; raise InvalidInput naming each field that cannot be read."""
        typed = Typed(self)
        zone = read_zone(typed)
        currency = self.currency.data or ""
        known = currency if currency in CURRENCIES else "EUR"
        peers = self.peer_reviews.data
        settings: dict[str, Any] = {
            **{name: typed.text(name) for name in _TEXTS},
            **{name: typed.instant(name, zone) for name in _MOMENTS},
            "currency": currency,
            "smallest_award": typed.money("smallest_award", known),
            "largest_award": typed.money("largest_award", known),
            "time_zone": zone,
            "is_anywhere_on_earth": bool(self.is_anywhere_on_earth.data),
            "decides_on": typed.day("decides_on"),
            "reviews_wanted": typed.wanted_number("reviews_wanted", "Say how many reviews."),
            "funders_wanted": typed.wanted_number("funders_wanted", "Say how many funders."),
            "is_blind": bool(self.is_blind.data),
            "peer_reviews": PeerReviews(peers) if peers in set(PeerReviews) else PeerReviews.NEVER,
            "corrects_strictness": bool(self.corrects_strictness.data),
            "weighs_confidence": bool(self.weighs_confidence.data),
            "takes_bids": bool(self.takes_bids.data),
            "needs_signatures": bool(self.needs_signatures.data),
            "announcement_languages": in_order(self.announcement_languages.data or ()),
            "letter_terms": self._terms(typed),
            "retention_months": typed.wanted_number("retention_months", "Say how many months."),
        }
        typed.refuse_problems()
        return RoundSettings(**settings)

    def _terms(self, typed: Typed) -> LetterTerms:
        return LetterTerms(
            conditions=tuple(one_line(line) for line in typed.lines("conditions")),
            tranches=_read_tranches(typed),
            **{name: typed.wanted_number(name, "Enter a number of days.") for name in PERIODS},
        )


def typed_settings(settings: RoundSettings) -> dict[str, Any]:
    """Return the settings as the form shows them."""
    terms = settings.letter_terms
    zone = settings.time_zone
    texts = {name: getattr(settings, name) for name in _TEXTS}
    moments = {name: getattr(settings, name) for name in _MOMENTS}
    return {
        **texts,
        **{name: typed_local(at, zone) if at else "" for name, at in moments.items()},
        "currency": settings.currency,
        "smallest_award": typed_money(settings.smallest_award, settings.currency),
        "largest_award": typed_money(settings.largest_award, settings.currency),
        "time_zone": zone,
        "is_anywhere_on_earth": settings.is_anywhere_on_earth,
        "decides_on": settings.decides_on.isoformat() if settings.decides_on else "",
        "reviews_wanted": str(settings.reviews_wanted),
        "funders_wanted": str(settings.funders_wanted),
        "is_blind": settings.is_blind,
        "peer_reviews": settings.peer_reviews.value,
        "takes_bids": settings.takes_bids,
        "needs_signatures": settings.needs_signatures,
        "announcement_languages": list(settings.announcement_languages),
        "corrects_strictness": settings.corrects_strictness,
        "weighs_confidence": settings.weighs_confidence,
        "conditions": "\n".join(terms.conditions),
        "tranches": "\n".join(_typed_tranche(tranche) for tranche in terms.tranches),
        **{name: str(getattr(terms, name)) for name in PERIODS},
        "retention_months": str(settings.retention_months),
    }


def typed_money(minor: int | None, currency: str) -> str:
    """Return a sum as a form shows it: 50000, or 50000.50 where there are cents."""
    if minor is None:
        return ""
    text = Money(minor, currency).as_decimal_text()
    whole, _, cents = text.partition(".")
    return text if cents.strip("0") else whole


def read_zone(typed: Typed) -> str:
    """Return the zone that the field time_zone names, UTC when it names none."""
    try:
        return read_time_zone(typed.text("time_zone"))
    except InvalidInput as error:
        typed.problems.extend(error.problems)
        return "UTC"


def _typed_tranche(tranche: TrancheTerm) -> str:
    first = "" if tranche.after_days is None else f", after {tranche.after_days} days"
    return f"{tranche.share} % {tranche.released_by}{first}"


def _read_tranches(typed: Typed) -> tuple[TrancheTerm, ...]:
    tranches = []
    for line in typed.lines("tranches"):
        match = _TRANCHE.fullmatch(one_line(line))
        if match is None or not match[2]:
            sentence = f"Write each as: 40 % Report on the first milestone. Not: {quoted(line)}."
            typed.problems.append(Problem("tranches", sentence))
            break
        after = int(match[3]) if match[3] else None
        tranches.append(TrancheTerm(int(match[1]), match[2], after))
    return tuple(tranches)


class StepForm(PageForm):
    """A reason for a step before its time."""

    reason = TextAreaField("Why now?", description="Kept in the audit record.")


class CancellationForm(PageForm):
    """Why a call is cancelled."""

    reason = TextAreaField(
        "Why is the call cancelled?",
        description="Stands on its public page and in the mails to the applicants.",
    )


class ExtensionForm(PageForm):
    """More time for one organisation."""

    organisation_id = SelectField("Organisation", validate_choice=False)
    until = StringField("New deadline")
    reason = TextAreaField("Why?", description="Kept in the audit record.")
