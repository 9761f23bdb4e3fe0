"""An award as schema.org tells it to search engines."""

import json
from typing import Any

from fundapp.domain.money import Money
from fundapp.queries.announced_awards import AwardPage


def monetary_grant(page: AwardPage, *, url: str) -> str:
    """Return a MonetaryGrant as JSON that is safe inside a script element."""
    award, currency = page.award, page.currency
    amount = Money(award.amount, currency).as_decimal_text()
    data: dict[str, Any] = {
        "@context": "https://schema.org",
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
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
