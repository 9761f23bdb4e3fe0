"""A round and its applications as plain data: for JSON files, and for the state's hash."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fundapp.domain.money import Money
from fundapp.queries.export_records import ExportedApplication, ExportedRerun, TellsRound


def round_as_data(round_: TellsRound) -> dict[str, Any]:
    """Return all of a round but its applications; money in minor units and as a decimal."""
    head = round_.head
    return {
        "round": head.reference,
        "title": head.title,
        "kind": head.kind.value,
        "state": head.state.value,
        "notice": head.notice,
        "source_note": round_.source_note,
        "currency": head.currency,
        "criteria": [
            {"code": one.code, "title": one.title, "weight": one.weight, "marks": list(one.marks)}
            for one in round_.criteria
        ],
        "envelopes": [
            {
                "funder": funder.name,
                "code": funder.code,
                "envelope": money_as_data(Money(funder.amount, head.currency)),
                "committed": money_as_data(Money(funder.committed, head.currency)),
                "own_amount": money_as_data(funder.own),
            }
            | _own_weights(round_.own_weights.get(funder.funder_id))
            for funder in round_.funders
        ],
        "left_out_for_conflicts": round_.recused,
        **({"reruns": [_rerun(row) for row in round_.reruns]} if round_.reruns else {}),
    }


def _rerun(row: ExportedRerun) -> dict[str, Any]:
    """Return a re-run; days as ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(row).items()
        if name != "changed_at"
    }


def _own_weights(weights: Mapping[str, int] | None) -> dict[str, Any]:
    return {"own_weights": dict(weights)} if weights else {}


def application_as_data(row: ExportedApplication) -> dict[str, Any]:
    """Return an application with what its reviews say together."""
    return {
        **facts_as_data(row),
        "rank": row.rank,
        "raw_score": row.raw_score,
        "aggregated_score": row.aggregated_score,
        "estimate": row.estimate,
        "estimate_low": row.estimate_low,
        "estimate_high": row.estimate_high,
        "chance": row.chance,
        "band": row.band or None,
        **({"own_scores": dict(row.own_scores)} if row.own_scores else {}),
    }


def facts_as_data(row: ExportedApplication) -> dict[str, Any]:
    """Return what is recorded of an application, without what is computed for the ranking."""
    return {
        "application": row.reference,
        "source": row.source,
        "title": row.title,
        "organisation": row.organisation,
        "state": row.state,
        "is_complete": row.is_complete,
        "requested": money_as_data(row.requested),
        "decision": row.decision or None,
        "decided_on": row.decided_on.isoformat() if row.decided_on else None,
        "released_on": row.released_on.isoformat() if row.released_on else None,
        "amount": money_as_data(row.amount),
        "prize": row.prize or None,
        "reserve_place": row.reserve_place,
        "contributions": _by_code(row.contributions),
        "own_requested": money_as_data(row.own_requested),
        "own_amount": money_as_data(row.own_amount),
        "own_contributions": _by_code(row.own_contributions),
        "criterion_means": dict(row.criterion_means),
        "reviews": [
            {
                "reviewer": review.reviewer,
                "funder": review.funder,
                "score": review.score,
                "marks": dict(review.marks),
            }
            for review in row.reviews
        ],
        "letter": row.letter or None,
    }


def _by_code(parts: Mapping[str, Money]) -> dict[str, Any]:
    return {code: money_as_data(part) for code, part in parts.items()}


def money_as_data(amount: Money | None) -> dict[str, Any] | None:
    """Return a sum in minor units and as a decimal; None stays None."""
    if amount is None:
        return None
    return {
        "minor": amount.minor,
        "amount": amount.as_decimal_text(),
        "currency": amount.currency,
    }
