"""Winners' badges for everybody: their page, their files, and what checks them."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request

from fundapp.domain.errors import NotFound
from fundapp.exports.badges import (
    TOKEN_TYPE,
    Issuer,
    badge_svg,
    issuer_profile,
    status_claims,
)
from fundapp.extensions import db
from fundapp.queries.credentials import PublicCredential, public_credential, revoked_numbers
from fundapp.services.credentials import check_badge, issuer_of
from fundapp.web.installation import installation, now

blueprint = Blueprint("badges", __name__)

LIST_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""From when the list of revoked badges is valid: it is signed anew at each reading, and the same
list gives the same bytes."""


@blueprint.get("/badges/<uuid:credential_id>")
def show_badge(credential_id: UUID) -> str:
    """One badge, checked as the page is read."""
    badge = public_credential(db.session(), credential_id, now=now())
    verdict, _, _ = check_badge(db.session(), badge.token, key=installation().badge_key, now=now())
    return render_template(
        "badges/badge.html",
        badge=badge,
        verdict=verdict.value,
        issuer=_issuer(),
        banner=badge.notice or None,
    )


@blueprint.get("/badges/<uuid:credential_id>.jwt")
def download_token(credential_id: UUID) -> Response:
    """The signed credential, as wallets take it."""
    badge = _held(credential_id)
    return _open_to_all(Response(badge.token, mimetype=TOKEN_TYPE))


@blueprint.get("/badges/<uuid:credential_id>.json")
def show_claims(credential_id: UUID) -> Response:
    """What the credential says, to read; the signed one is what counts."""
    badge = _held(credential_id)
    claims = installation().badge_key.claims_of(badge.token)
    if claims is None:
        raise NotFound("This badge was signed with another key.")
    return _open_to_all(jsonify(claims))


@blueprint.get("/badges/<uuid:credential_id>.svg")
def show_picture(credential_id: UUID) -> Response:
    """The picture with the credential inside."""
    badge = _held(credential_id)
    picture = badge_svg(
        prize=badge.prize,
        round_title=badge.round_title,
        fund=installation().config.fund_name,
        token=badge.token,
    )
    response = Response(picture, mimetype="image/svg+xml")
    if request.args.get("save"):
        response.headers.set("Content-Disposition", "attachment", filename=f"{badge.reference}.svg")
    return _open_to_all(response)


@blueprint.get("/badges/issuer.json")
def show_issuer() -> Response:
    """Who signs, and the public key."""
    return _open_to_all(jsonify(issuer_profile(_issuer(), installation().badge_key.public_jwk)))


@blueprint.get("/badges/key.json")
def show_key() -> Response:
    """The public key alone, as a JSON Web Key."""
    return _open_to_all(jsonify(dict(installation().badge_key.public_jwk)))


@blueprint.get("/badges/status")
def show_status() -> Response:
    """The signed list of revoked badges."""
    issuer = _issuer()
    numbers = revoked_numbers(db.session(), now=now())
    claims = status_claims(numbers, issuer=issuer, since=LIST_SINCE)
    token = installation().badge_key.sign(claims, key_url=issuer.key_url)
    return _open_to_all(Response(token, mimetype=TOKEN_TYPE))


def _held(credential_id: UUID) -> PublicCredential:
    badge = public_credential(db.session(), credential_id, now=now())
    if not badge.token:
        raise NotFound("This badge holds no more.")
    return badge


def _issuer() -> Issuer:
    return issuer_of(installation().config, is_trial=installation().badge_key.is_made_up)


def _open_to_all(response: Response) -> Response:
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
