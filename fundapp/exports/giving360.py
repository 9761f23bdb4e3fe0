"""360Giving 1.4: a round's awards as one record per funder's contribution.

docs/files.md has the table of what becomes what. The same state gives the same bytes: every
time in the file is one of the state's own.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from fundapp.domain.errors import NotFound, WrongState
from fundapp.domain.identifiers import COUNTRIES, own_org_id
from fundapp.domain.money import Money, total_of
from fundapp.domain.states import RoundKind
from fundapp.domain.text import shorten
from fundapp.queries.published_grants import (
    PublishedAward,
    PublishedFunder,
    PublishedRound,
    Recipient,
)
from fundapp.queries.publishers import PublisherRecord

VERSION = "1.4"
LONGEST_TITLE = 140
GENERIC_PERSON = "Individual Recipient"
"""How the standard names a person who did not consent to be named."""

UNKNOWN_CURRENCIES = frozenset({"SLE"})
"""Active currencies that version 1.4 of the standard does not list."""

SAMPLE = "The publisher's prefix is a sample that belongs to nobody."


def package(round_: PublishedRound, *, publisher: PublisherRecord, site: str) -> dict[str, Any]:
    """Return the package as plain data; `site` is the address of the installation.

    NotFound where no award is in force: the standard knows no empty package. WrongState where
    the parts of an award do not add up to it, or the standard does not know the currency.
    """
    if not round_.awards:
        raise NotFound("No award of this round is in force, so there is no file.")
    if round_.currency in UNKNOWN_CURRENCIES:
        raise WrongState(f"360Giving {VERSION} does not know the currency {round_.currency}.")
    who = publisher.profile
    changes = [round_.published_at, *(award.modified_at for award in round_.awards)]
    if publisher.changed_at is not None:
        changes.append(publisher.changed_at)
    notes = [round_.notice, SAMPLE if publisher.is_sample else ""]
    return {
        "version": VERSION,
        "title": f"Awards of {round_.title} ({round_.reference})",
        "description": " ".join(
            ["One record per funder's part of an award.", *filter(None, notes)]
        ),
        "identifier": f"{who.prefix}-{round_.reference}",
        "issued": _instant(round_.published_at),
        "modified": _instant(max(changes)),
        "license": who.licence,
        "publisher": _without_empty(
            {"name": who.name, "identifier": who.org_id or who.prefix, "website": who.website}
        ),
        "downloadURL": address_of(round_.reference, site=site),
        "accessURL": f"{site}/awards",
        "grants": [
            grant
            for award in round_.awards
            for grant in _grants(round_, award, prefix=who.prefix, site=site)
        ],
    }


def json_bytes(data: dict[str, Any]) -> bytes:
    """Return the package as JSON."""
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def address_of(reference: str, *, site: str, ending: str = "json") -> str:
    """Return where everybody finds the file of a round."""
    return f"{site}/open-data/360giving-{reference}.{ending}"


def recipient_name(recipient: Recipient) -> str:
    """Return the name that open data may say."""
    is_hidden = recipient.is_individual and not recipient.may_be_named
    return GENERIC_PERSON if is_hidden else recipient.name


def _grants(
    round_: PublishedRound, award: PublishedAward, *, prefix: str, site: str
) -> list[dict[str, Any]]:
    parts = [amount for _, amount in award.parts]
    if total_of(parts, currency=round_.currency) != award.amount:
        sentence = f"The parts of {award.reference} do not add up to the award, so it is not "
        raise WrongState(f"{sentence}published. Run `fundapp check`.")
    own = f"{prefix}-{award.reference}"
    return [
        _without_empty(
            {
                "id": f"{own}-{funder.code}",
                "title": shorten(award.title, LONGEST_TITLE),
                "description": _description(round_, award, funder),
                "currency": amount.currency,
                "amountAppliedFor": _major(award.requested) if award.requested else None,
                "amountAwarded": _major(amount),
                "awardDate": award.awarded_on.isoformat(),
                "url": f"{site}/awards/{award.reference}",
                **_recipient(award, prefix=prefix),
                "fundingOrganization": [
                    {"id": _funder_id(funder, prefix=prefix), "name": funder.name}
                ],
                "grantProgramme": [
                    _without_empty(
                        {
                            "code": round_.reference,
                            "title": round_.title,
                            "description": round_.notice,
                            "url": f"{site}/calls/{round_.reference}",
                        }
                    )
                ],
                "fromOpenCall": "Yes",
                "relatedActivity": [own],
                "dateModified": _instant(max(award.modified_at, round_.published_at)),
                "dataSource": address_of(round_.reference, site=site),
            }
        )
        for funder, amount in award.parts
    ]


def _description(round_: PublishedRound, award: PublishedAward, funder: PublishedFunder) -> str:
    what = "prize" if round_.kind is RoundKind.PRIZE else "grant"
    named = f" ({award.prize})" if award.prize else ""
    whole = f"a {what}{named} of {award.amount.as_decimal_text()} {award.amount.currency}"
    if len(award.parts) > 1:
        told = f"The part of {funder.name} in {whole} that {len(award.parts)} funders pay together"
    else:
        told = f"{whole[0].upper()}{whole[1:]} that {funder.name} pays"
    return f"{told}, from {round_.title}. {award.citation}".strip()


def _recipient(award: PublishedAward, *, prefix: str) -> dict[str, Any]:
    who = award.recipient
    if who.is_individual:
        person = {"id": f"{prefix}-person-{award.reference}", "name": recipient_name(who)}
        return {"recipientIndividual": person}
    place = [{"countryCode": who.country}] if who.country in COUNTRIES else []
    register = who.org_id or (f"XI-ROR-{who.ror}" if who.ror else "")
    return {
        "recipientOrganization": [
            _without_empty(
                {
                    "id": register or own_org_id(prefix, who.id.hex),
                    "name": who.name,
                    "location": place,
                }
            )
        ]
    }


def _funder_id(funder: PublishedFunder, *, prefix: str) -> str:
    register = funder.org_id or (f"XI-ROR-{funder.ror}" if funder.ror else "")
    return register or own_org_id(prefix, funder.code)


def _major(amount: Money) -> int | float:
    """Return a sum as the number that JSON writes, exactly: 1250 or 1250.5."""
    exact = Decimal(amount.as_decimal_text())
    if exact == exact.to_integral_value():
        return int(exact)
    written = float(exact)
    if Decimal(repr(written)) != exact:
        raise WrongState(f"{exact} has more digits than a JSON number holds exactly.")
    return written


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, "", [])}
