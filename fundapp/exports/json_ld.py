"""An award as schema.org tells it to search engines."""

import json
from typing import Any

from fundapp.domain.money import Money
from fundapp.domain.states import RoundKind
from fundapp.queries.announced_awards import AwardPage

CONTEXT = "https://schema.org"


def award_data(page: AwardPage, *, url: str) -> str:
    """Return an award as JSON that is safe inside a script element.

    A MonetaryGrant; of a prize round also the work that won, with its award.
    """
    grant = _monetary_grant(page, url=url)
    if page.kind is RoundKind.PRIZE:
        data = {"@context": CONTEXT, "@graph": [grant, _winning_work(page, url=url)]}
    else:
        data = {"@context": CONTEXT, **grant}
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _monetary_grant(page: AwardPage, *, url: str) -> dict[str, Any]:
    award, currency = page.award, page.currency
    amount = Money(award.amount, currency).as_decimal_text()
    data: dict[str, Any] = {
        "@type": "MonetaryGrant",
        "identifier": award.reference,
        "name": award.title,
        "url": url,
        "amount": {"@type": "MonetaryAmount", "currency": currency, "value": amount},
        "funder": [{"@type": "Organization", "name": funder} for funder, _ in award.parts],
        "fundedItem": {"@type": "Organization", "name": award.organisation},
    }
    if award.is_unnamed:
        del data["fundedItem"]
    return data


def _winning_work(page: AwardPage, *, url: str) -> dict[str, Any]:
    award = page.award
    data: dict[str, Any] = {
        "@type": "CreativeWork",
        "name": award.title,
        "url": url,
        "award": ", ".join(part for part in (award.prize, page.round_title) if part),
    }
    if award.citation:
        data["abstract"] = award.citation
    if not award.is_unnamed:
        data["creator"] = {"@type": "Organization", "name": award.organisation}
    return data
