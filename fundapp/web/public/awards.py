"""What the fund has paid for: rounds whose results are public."""

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from fundapp.domain.languages import LANGUAGES
from fundapp.exports.json_ld import award_data
from fundapp.extensions import db
from fundapp.queries.announced_awards import announced_award, announced_awards
from fundapp.queries.certificates import has_certificate, public_certificate
from fundapp.queries.credentials import credential_of_award
from fundapp.web.downloads import send_stored
from fundapp.web.installation import installation, now

blueprint = Blueprint("announced_awards", __name__)


@blueprint.get("/awards")
def show_list() -> str:
    """Awards of announced rounds, with what each funder pays."""
    rounds = announced_awards(db.session(), now=now())
    return render_template("calls/awards.html", rounds=rounds, languages=LANGUAGES)


@blueprint.get("/awards/<reference>")
def show_award(reference: str) -> str:
    """One award: who gets how much from whom, and for what."""
    page = announced_award(db.session(), reference, now=now())
    url = f"{installation().config.public_url}/awards/{page.award.reference}"
    return render_template(
        "calls/award.html",
        page=page,
        has_certificate=has_certificate(db.session(), reference, now=now()),
        badge=credential_of_award(db.session(), reference, now=now()),
        linked_data=Markup(award_data(page, url=url)),  # noqa: S704  (escaped there)
        banner=page.notice or None,
    )


@blueprint.get("/awards/<reference>/certificate.pdf")
def download_certificate(reference: str) -> Response:
    """The winner's certificate, from the instant of the announcement on."""
    document = public_certificate(db.session(), reference, now=now())
    return send_stored(document.sha256, name=f"{document.reference}.pdf")
