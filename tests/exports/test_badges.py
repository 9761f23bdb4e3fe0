"""Credentials by the published schema, the list of revoked ones, and baked pictures."""

import base64
import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from fundapp.adapters.badge_keys import badge_key
from fundapp.exports.badges import (
    BAKED,
    PLACES,
    Issuer,
    badge_svg,
    credential_claims,
    encoded_list,
    issuer_profile,
    status_claims,
    token_in,
)
from fundapp.queries.credentials import CredentialRow
from fundapp.queries.document_rows import ConfirmedResult
from tests.builders import NOW
from tests.exports.open_badges import BESIDE, context_terms, faults, stored

ID = UUID("0192f0c4-0000-7000-8000-000000000001")
SITE = "https://fund.example"
ISSUER = Issuer(name="Fund (sample)", site=SITE, mail="fund@example.org", is_trial=False)
ROW = CredentialRow(
    award_id=UUID(int=1),
    reference="CMP-2026-031",
    title="Unwatched <b>",
    organisation="Lyonesse Audit (sample)",
    org_id="GB-COH-01234567",
    ror="05a28rw58",
    citation="It says how surely it knows.",
    prize_id=UUID(int=2),
    prize="First prize",
    category="Cyber",
    round_reference="CMP-2026",
    round_title="Prize (sample)",
    notice="",
    rules_hash="ab" * 32,
    criteria=("Validity", "Rigour"),
    awarded_at=NOW,
    valid_from=NOW + timedelta(hours=6),
    confirmed=ConfirmedResult(task="task", metric="accuracy", model="model", value="0.81"),
)
REGISTERED = {"iss", "jti", "nbf", "sub"}
VALID = ("complete.json", "simple.json", "simple-err-expired.json", "simple-err-proof-value.json")


def claims(**changes: Any) -> dict[str, Any]:
    return credential_claims(replace(ROW, **changes), id_=ID, number=7, issuer=ISSUER)


def test_the_schema_takes_our_credential_and_refuses_a_spoilt_one() -> None:
    assert faults(claims()) == []
    assert faults(claims(organisation="", org_id="", ror="", citation="", prize_id=None)) == []
    spoilt = claims()
    del spoilt["validFrom"]
    assert faults(spoilt) == [": 'validFrom' is a required property"]


@pytest.mark.parametrize("name", sorted(path.name for path in BESIDE.glob("*vectors/*.json")))
def test_the_schema_tells_the_published_vectors_apart(name: str) -> None:
    vector = json.loads(stored(f"test-vectors/{name}").read_text())
    assert (faults(vector) == []) == (name in VALID)


def test_every_name_in_it_has_a_meaning() -> None:
    """The achievement's own names are those of the context, so nothing is lost in JSON-LD."""
    subject = claims()["credentialSubject"]
    used = {*subject, *subject["achievement"], *subject["identifier"][0]} - {"id", "type"}
    assert used - context_terms() == set()


def test_it_says_who_won_what_by_which_rules() -> None:
    told = claims()
    subject, page = told["credentialSubject"], f"{SITE}/badges/{ID}"
    assert (told["id"], told["jti"], told["iss"], told["nbf"]) == (
        page,
        page,
        f"{SITE}/badges/issuer.json",
        int(ROW.valid_from.timestamp()),
    )
    assert (told["validFrom"], told["sub"]) == ("2026-11-02T15:00:00Z", "https://ror.org/05a28rw58")
    assert [(one["identityType"], one["identityHash"]) for one in subject["identifier"]] == [
        ("name", "Lyonesse Audit (sample)"),
        ("ext:org-id", "GB-COH-01234567"),
        ("systemId", "CMP-2026-031"),
    ]
    assert subject["achievement"]["criteria"] == {
        "id": f"{SITE}/calls/CMP-2026/rules",
        "narrative": "Won by the decision of the funders after the round’s jury had judged every "
        "entry. Judged on: Validity, Rigour. The rules were frozen when the call opened; SHA-256 "
        f"{'ab' * 32}.",
    }
    assert [one["name"] for one in told["evidence"]] == [
        "Unwatched <b>",
        "Certificate",
        "Run again by another team",
    ]
    assert told["evidence"][2]["narrative"] == (
        "Another team ran it again and confirmed: accuracy 0.81 (task, model)."
    )
    assert told["credentialStatus"]["statusListIndex"] == "7"
    assert "amount" not in json.dumps(told)


def test_who_may_not_be_named_is_known_by_the_reference_alone() -> None:
    (known,) = claims(organisation="", org_id="", ror="")["credentialSubject"]["identifier"]
    assert (known["identityType"], known["identityHash"]) == ("systemId", "CMP-2026-031")


def test_a_token_is_signed_once_and_for_all_and_checked(tmp_path: Path) -> None:
    key, other = badge_key(tmp_path, key_file=""), tmp_path / "other"
    other.mkdir()
    token = key.sign(claims(), key_url=ISSUER.key_url)
    assert token == badge_key(tmp_path, key_file="").sign(claims(), key_url=ISSUER.key_url)
    assert key.claims_of(token) == claims()
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert (header["alg"], header["kid"], sorted(header["jwk"])) == (
        "RS256",
        f"{SITE}/badges/key.json",
        ["e", "kty", "n"],
    )
    assert badge_key(other, key_file="").claims_of(token) is None
    head, body, signature = token.split(".")
    for forged in (
        f"{head}.{body[:-2]}AA.{signature}",
        f"{head}.{body}.",
        f"eyJhbGciOiJub25lIn0.{body}.",
        "no token",
        "a.b.c",
        "",
    ):
        assert key.claims_of(forged) is None
    strangers = stored("test-vectors/simple.jwt").read_text().strip()
    assert (token_in(strangers.encode()), key.claims_of(strangers)) == (strangers, None)


def test_a_key_can_be_brought_along_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    made = badge_key(tmp_path, key_file="")
    file = tmp_path / "badge-key.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    brought = badge_key(tmp_path, key_file=str(file))
    assert (made.is_made_up, brought.is_made_up) == (True, False)
    assert made.public_jwk == brought.public_jwk
    assert {"d", "p", "q"} & set(made.public_jwk) == set()
    file.write_text("no key")
    with pytest.raises(ValueError, match="FUNDAPP_BADGE_KEY_FILE must name a PEM file"):
        badge_key(tmp_path, key_file=str(file))


def test_the_list_sets_the_bit_of_each_revoked_place() -> None:
    packed = encoded_list([0, 9, PLACES - 1])
    assert packed[0] == "u"
    text = packed[1:] + "=" * (-len(packed[1:]) % 4)
    bits = gzip.decompress(base64.urlsafe_b64decode(text))
    assert (len(bits), bits[0], bits[1], bits[-1]) == (PLACES // 8, 0x80, 0x40, 0x01)
    assert sum(bits) == 0x80 + 0x40 + 0x01
    told = status_claims([], issuer=ISSUER, since=NOW)
    assert told["id"] == claims()["credentialStatus"]["statusListCredential"]
    assert told["credentialSubject"]["statusPurpose"] == "revocation"


def test_the_profile_has_the_key_and_says_when_it_is_for_trying_out(tmp_path: Path) -> None:
    key = badge_key(tmp_path, key_file="")
    trial = replace(ISSUER, is_trial=True)
    profile = issuer_profile(trial, key.public_jwk)
    assert profile["verificationMethod"][0]["publicKeyJwk"] == key.public_jwk
    assert profile["description"] == "Made up for trying out: badges with this key prove nothing."
    assert "description" not in ISSUER.profile()


def test_a_picture_has_the_credential_inside() -> None:
    picture = badge_svg(
        prize='First "prize" <script>', round_title="Prize & more " * 9, fund="Fund", token="a.b.c"
    )
    root = ElementTree.fromstring(picture)  # noqa: S314  (our own)
    (baked,) = root.iter(f"{{{BAKED}}}credential")
    assert (next(iter(root)), baked.get("verify"), token_in(picture)) == (baked, "a.b.c", "a.b.c")
    assert [token_in(content) for content in (b"%PDF-1.7", b"", b"a.b", b"\xff\xfe")] == [""] * 4
