"""What a person can judge and reads: by this reviews are assigned to them."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.permissions import Action
from fundapp.web.access import demand
from fundapp.web.account.blueprint import blueprint
from fundapp.web.profile_pages import profile_page


@blueprint.route("/account/expertise", methods=["GET", "POST"])
def edit_expertise() -> ResponseReturnValue:
    """Say how well one knows each topic, and which languages one reads."""
    actor = demand(Action.USE_ACCOUNT)
    return profile_page(
        actor.person_id, actor=actor, template="account/expertise.html", saved=_to_account
    )


def _to_account() -> ResponseReturnValue:
    flash("Saved. Reviews are assigned by what you know.")
    return redirect(url_for("account.show_account"), code=303)
