"""The rules of a round: what is frozen and hashed when its call opens.

The text is JSON with sorted keys, no spaces and letters as they are, in UTF-8. Its
SHA-256 is published, so that anybody can see later that nothing was changed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.letter_terms import letter_terms_as_data
from fundapp.domain.money import Money
from fundapp.domain.prize_rules import prize_rules_as_data
from fundapp.domain.questions import Section, question_as_data
from fundapp.domain.rounds import RoundSettings
from fundapp.domain.rubrics import Rubric, rubric_as_data
from fundapp.domain.states import RoundKind
from fundapp.domain.templates.shape import PrizePlace

NO_RUBRIC = Rubric(())

ONLY_WHERE_SET = frozenset({"needs_signatures", "announcement_languages", "prize_rules"})
"""Settings that stand in the text only where a round has them."""


@dataclass(frozen=True, kw_only=True)
class FunderShare:
    """A funder of a round and its envelope in minor units of the round's currency.

    own: what it brings in its own currency, None where that is the round's. officers: how
    many speak for it. weights: by criterion code, empty where it weighs as the rubric does.
    """

    funder_id: UUID
    code: str
    name: str
    kind: str
    amount: int
    officers: int = 0
    own: Money | None = None
    weights: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RoundContent:
    """What a round is made of beside its settings: form, rubric, money, prize ladder.

    rates: of the other currencies in which it takes envelopes and requests.
    """

    kind: RoundKind
    sections: tuple[Section, ...] = ()
    rubric: Rubric = NO_RUBRIC
    envelopes: tuple[FunderShare, ...] = ()
    prizes: tuple[PrizePlace, ...] = ()
    rates: tuple[ExchangeRate, ...] = ()


@dataclass(frozen=True)
class RoundIdentity:
    """What tells a round from others. `seed` settles every tie and every draw of lots."""

    reference: str
    seed: str


def rules_text(identity: RoundIdentity, settings: RoundSettings, content: RoundContent) -> str:
    """Return the canonical text of the rules.

    What only some rounds have stands there only where they have it, so that the text of
    another round never changes.
    """
    data: dict[str, Any] = {
        "reference": identity.reference,
        "seed": identity.seed,
        "kind": content.kind.value,
        "settings": _settings_as_data(settings),
        "sections": [_section_as_data(section) for section in content.sections],
        "rubric": rubric_as_data(content.rubric),
        "envelopes": [_share_as_data(share) for share in content.envelopes],
        "prizes": [_prize_as_data(prize) for prize in content.prizes],
    }
    if content.rates:
        data["exchange_rates"] = [rate.as_data() for rate in content.rates]
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of_rules(text: str) -> str:
    """Return the SHA-256 of the rules in hexadecimal, as `sha256sum` prints it."""
    return hashlib.sha256(text.encode()).hexdigest()


def _settings_as_data(settings: RoundSettings) -> dict[str, Any]:
    values = {
        **vars(settings),
        "letter_terms": letter_terms_as_data(settings.letter_terms),
        "prize_rules": prize_rules_as_data(settings.prize_rules),
    }
    return {
        name: _plain(value) for name, value in values.items() if value or name not in ONLY_WHERE_SET
    }


def _prize_as_data(prize: PrizePlace) -> dict[str, Any]:
    data: dict[str, Any] = {"title": prize.title, "amount": prize.amount}
    return {**data, "category": prize.category} if prize.category else data


def _share_as_data(share: FunderShare) -> dict[str, Any]:
    data: dict[str, Any] = {"funder": share.code, "name": share.name, "amount": share.amount}
    if share.weights:
        data["weights"] = dict(share.weights)
    if share.own is None:
        return data
    return {**data, "own_amount": share.own.minor, "own_currency": share.own.currency}


def _section_as_data(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "intro": section.intro,
        "questions": [question_as_data(question) for question in section.questions],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
