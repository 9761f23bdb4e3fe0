"""A winner's prize as an Open Badges 3.0 credential, its picture and the list of revoked ones.

The credential is a Verifiable Credential 2.0 whose claims are signed as they are (VC-JWT). Its
status stands in a Bitstring Status List (W3C), which generic verifiers read; Open Badges' own
list of revocations is passed over by most of them.
"""

import base64
import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from fundapp.domain.text import one_line, plain
from fundapp.queries.credentials import CredentialRow

TOKEN_TYPE = "application/vc+jwt"  # noqa: S105 - a media type
CONTEXT = "https://www.w3.org/ns/credentials/v2"
BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
BAKED = "https://purl.imsglobal.org/ob/v3p0"
"""The namespace of a credential inside of a picture."""

PLACES = 131_072
"""Places of the list: the fewest that the standard allows, so that no place stands out."""

_BAKED_TOKEN = re.compile(r"<openbadges:credential\s+verify=[\"']([\w.-]+)[\"']")
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who signs. site: the address of the installation. is_trial: the key proves nothing."""

    name: str
    site: str
    mail: str
    is_trial: bool

    @property
    def id(self) -> str:
        """Return the address of the profile."""
        return f"{self.site}/badges/issuer.json"

    @property
    def key_url(self) -> str:
        """Return where the public key is."""
        return f"{self.site}/badges/key.json"

    @property
    def status_url(self) -> str:
        """Return where the list of revoked credentials is."""
        return f"{self.site}/badges/status"

    def profile(self) -> dict[str, Any]:
        """Return the profile as it stands in each credential."""
        told = {"id": self.id, "type": ["Profile"], "name": self.name, "url": self.site}
        if self.is_trial:
            told["description"] = "Made up for trying out: badges with this key prove nothing."
        return told


def issuer_profile(issuer: Issuer, jwk: Mapping[str, str]) -> dict[str, Any]:
    """Return the public profile of the issuer with its key."""
    method = {
        "id": issuer.key_url,
        "type": "JsonWebKey",
        "controller": issuer.id,
        "publicKeyJwk": dict(jwk),
    }
    return {
        "@context": [CONTEXT, BADGES_CONTEXT],
        **issuer.profile(),
        "email": issuer.mail,
        "verificationMethod": [method],
        "assertionMethod": [issuer.key_url],
    }


def credential_claims(
    row: CredentialRow, *, id_: UUID, number: int, issuer: Issuer
) -> dict[str, Any]:
    """Return the credential with the registered claims of its token, ready to sign."""
    page = f"{issuer.site}/badges/{id_}"
    name = f"{row.prize}: {row.round_title}" if row.prize else row.round_title
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": list(_identifiers(row)),
        "achievement": _achievement(row, name=name, page=page, issuer=issuer),
    }
    if row.citation:
        subject["narrative"] = plain(row.citation)
    if row.ror:
        subject["id"] = f"https://ror.org/{row.ror}"
    claims: dict[str, Any] = {
        "@context": [CONTEXT, BADGES_CONTEXT],
        "id": page,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": one_line(f"{name} – {row.title}"),
        "issuer": issuer.profile(),
        "validFrom": _instant(row.valid_from),
        "awardedDate": _instant(row.awarded_at),
        "credentialSubject": subject,
        "evidence": list(_evidence(row, issuer.site)),
        "credentialStatus": {
            "id": f"{issuer.status_url}#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(number),
            "statusListCredential": issuer.status_url,
        },
        "iss": issuer.id,
        "jti": page,
        "nbf": int(row.valid_from.timestamp()),
    }
    if row.notice:
        claims["description"] = plain(row.notice)
    return claims | ({"sub": subject["id"]} if row.ror else {})


def _identifiers(row: CredentialRow) -> Iterator[dict[str, Any]]:
    known = (
        ("name", row.organisation),
        ("ext:org-id", row.org_id),
        ("systemId", row.reference),
    )
    for kind, value in known:
        if value:
            yield {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": one_line(value),
                "identityType": kind,
            }


def _achievement(row: CredentialRow, *, name: str, page: str, issuer: Issuer) -> dict[str, Any]:
    judged = f" Judged on: {', '.join(row.criteria)}." if row.criteria else ""
    frozen = f" The rules were frozen when the call opened; SHA-256 {row.rules_hash}."
    told: dict[str, Any] = {
        "id": (row.prize_id or row.award_id).urn,
        "type": ["Achievement"],
        "achievementType": "Award",
        "name": one_line(name),
        "description": one_line(f"{row.prize or 'A prize'} of the round “{row.round_title}”."),
        "criteria": {
            "id": f"{issuer.site}/calls/{row.round_reference}/rules",
            "narrative": plain(
                f"Won by the decision of the funders after the round’s jury had judged every "
                f"entry.{judged}{frozen if row.rules_hash else ''}"
            ),
        },
        "image": {"id": f"{page}.svg", "type": "Image", "caption": one_line(name)},
    }
    return told | ({"fieldOfStudy": row.category} if row.category else {})


def _evidence(row: CredentialRow, site: str) -> Iterator[dict[str, Any]]:
    page = f"{site}/awards/{row.reference}"
    yield {"id": page, "type": ["Evidence"], "name": plain(row.title), "genre": "Award"}
    yield {"id": f"{page}/certificate.pdf", "type": ["Evidence"], "name": "Certificate"}
    if result := row.confirmed:
        ran = f"{result.task}, {result.model}" if result.model else result.task
        told = one_line(
            f"Another team ran it again and confirmed: {result.metric} {result.value} ({ran})."
        )
        yield {"type": ["Evidence"], "name": "Run again by another team", "narrative": told}


def status_claims(numbers: Iterable[int], *, issuer: Issuer, since: datetime) -> dict[str, Any]:
    """Return the list of revoked places as a credential, ready to sign."""
    return {
        "@context": [CONTEXT],
        "id": issuer.status_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": _instant(since),
        "credentialSubject": {
            "id": f"{issuer.status_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_list(numbers),
        },
        "iss": issuer.id,
        "jti": issuer.status_url,
        "nbf": int(since.timestamp()),
    }


def encoded_list(numbers: Iterable[int]) -> str:
    """Return the places as bits, the first the leftmost, compressed, in multibase base64url."""
    bits = bytearray(PLACES // 8)
    for number in numbers:
        bits[number // 8] |= 0x80 >> number % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def badge_svg(*, prize: str, round_title: str, fund: str, token: str) -> bytes:
    """Return the badge's picture with the credential baked in, as Open Badges 3.0 says."""
    lines = wrap(one_line(prize or "Prize"), 17)[:3]
    small = wrap(one_line(round_title), 30)[:3]
    texts = [
        *(_line(text, y=92 + 24 * place, size=21, weight=700) for place, text in enumerate(lines)),
        *(_line(text, y=180 + 15 * place, size=12, weight=400) for place, text in enumerate(small)),
        _line(one_line(fund)[:34], y=42, size=11, weight=700, x=62),
    ]
    named = quoteattr(one_line(f"{prize}, {round_title}, {fund}"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{BAKED}" viewBox="0 0 240 240" '
        f'width="240" height="240" role="img" aria-label={named}>'
        f'<openbadges:credential verify="{token}"/>'
        '<path fill="#00433b" d="M0 0h240v240H0z"/>'
        '<g transform="translate(24 28)"><path fill="#fff" d="M10 0h15v5H10z M5 7.500h15v5H5z '
        'M0 15h15v5H0z"/><path fill="#5ccdb9" d="M10 0h5v20h-5z"/></g>'
        '<path fill="#6fa69d" d="M24 160h192v1H24z"/><path fill="#fff" d="M24 158.500h92v4H24z"/>'
        '<circle cx="70" cy="160.500" r="7" fill="#fff" stroke="#00433b" stroke-width="2"/>'
        f"{''.join(texts)}</svg>\n"
    ).encode()


def _line(text: str, *, y: int, size: int, weight: int, x: int = 24) -> str:
    return (
        f'<text x="{x}" y="{y}" fill="#fff" font-family="system-ui, sans-serif" '
        f'font-size="{size}" font-weight="{weight}">{escape(text)}</text>'
    )


def token_in(content: bytes) -> str:
    """Return the token that a file is, or has baked in; "" for any other file."""
    text = content.decode("utf-8", errors="ignore").strip()
    baked = _BAKED_TOKEN.search(text)
    if baked:
        return baked[1]
    return text if _TOKEN.fullmatch(text) else ""


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
