"""The decision as data, attached to the paper that tells it: `decision.json`.

It holds what the reader of the paper may see anyway: no reviewer, no comment. Sums are numbers
of whole currency units with its decimals (120000.5 is €120,000.50), exact to the cent.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fundapp.domain.money import Money
from fundapp.domain.states import DecisionKind
from fundapp.queries.document_rows import (
    Announcement,
    AwardLetter,
    Certificate,
    ContributionLine,
    Letter,
    ReserveLetter,
    Winner,
    WithdrawalLetter,
)

NAME = "decision.json"

WITHDRAWN = "withdrawn"
"""The decision of a letter that takes back `amount`; `ends` is the award letter's reference."""


def decision_of_letter(row: Letter) -> bytes:
    """Return the decision that a letter tells, as JSON in one fixed form."""
    told: dict[str, Any]
    match row:
        case AwardLetter():
            told = {"decision": DecisionKind.AWARD.value, **_paid(row.amount, row.contributions)}
        case ReserveLetter():
            told = {"decision": DecisionKind.RESERVE.value, **_paid(None, ())}
        case WithdrawalLetter():
            told = {"decision": WITHDRAWN, **_paid(row.amount, ()), "ends": row.ends}
        case _:
            told = {"decision": DecisionKind.DECLINE.value, **_paid(None, ())}
    return _as_json(
        {
            "reference": row.reference,
            "round": row.round_reference,
            "application": row.application_reference,
            **told,
        }
    )


def decisions_of_announcement(row: Announcement) -> bytes:
    """Return the awards that an announcement tells, in its order, as JSON in one fixed form."""
    return _as_json(
        {
            "reference": row.reference,
            "round": row.round_reference,
            "decisions": [_award(winner) for winner in row.winners],
        }
    )


def decision_of_certificate(row: Certificate) -> bytes:
    """Return the prize that a certificate tells, as JSON in one fixed form."""
    return _as_json(
        {
            "reference": row.reference,
            "round": row.round_reference,
            "application": row.application_reference,
            "decision": DecisionKind.AWARD.value,
            "prize": row.prize,
            "category": row.category,
            **_paid(row.amount, row.contributions),
        }
    )


def _award(winner: Winner) -> dict[str, Any]:
    return {
        "application": winner.application_reference,
        "decision": DecisionKind.AWARD.value,
        **_paid(winner.amount, winner.contributions),
    }


def _paid(amount: Money | None, parts: Sequence[ContributionLine]) -> dict[str, Any]:
    return {
        "amount": None if amount is None else _number(amount),
        "currency": None if amount is None else amount.currency,
        "contributions": [
            {
                "funder": part.funder,
                "amount": _number(part.amount),
                "currency": part.amount.currency,
            }
            for part in parts
        ],
    }


def _number(amount: Money) -> int | float:
    """Return a sum as a number that is written with its exact digits: under 2^53 cents."""
    exact = Decimal(amount.as_decimal_text())
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _as_json(decision: dict[str, Any]) -> bytes:
    return json.dumps(decision, ensure_ascii=False, indent=1).encode() + b"\n"
