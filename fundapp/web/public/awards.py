"""What the fund has paid for: rounds whose results are public."""

from flask import Blueprint, render_template
from markupsafe import Markup

from fundapp.domain.languages import LANGUAGES
from fundapp.exports.json_ld import monetary_grant
from fundapp.extensions import db
from fundapp.queries.announced_awards import announced_award, announced_awards
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
        linked_data=Markup(monetary_grant(page, url=url)),  # noqa: S704  (escaped there)
        banner=page.notice or None,
    )
