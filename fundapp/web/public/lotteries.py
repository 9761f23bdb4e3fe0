"""A draw as everybody sees it: the commitment at once, the list and the draw after the release."""

import shlex

from flask import Blueprint, Response, render_template

from fundapp.exports.csv_writer import write_csv
from fundapp.extensions import db
from fundapp.queries.lotteries import StoredLottery, public_lottery, told_draw
from fundapp.web.installation import now

blueprint = Blueprint("public_lotteries", __name__)


@blueprint.get("/calls/<reference>/lottery")
def show_lottery(reference: str) -> str:
    """What was fixed before, what decided, who won, and how to repeat it."""
    lottery = public_lottery(db.session(), reference, now=now())
    return render_template(
        "lotteries/public.html",
        lottery=lottery,
        call=lottery.call,
        stored=lottery.newest,
        command=_command(lottery.newest, reference),
        banner=lottery.call.notice or None,
    )


@blueprint.get("/calls/<reference>/lottery.json")
def download_record(reference: str) -> Response:
    """The record of the draw, with all that is needed to repeat it."""
    draw = told_draw(db.session(), reference, now=now())
    return _file(draw.json, f"{reference}-draw.json", media_type="application/json")


@blueprint.get("/calls/<reference>/lottery.csv")
def download_intervals(reference: str) -> Response:
    """The list as `fundapp draw` reads it."""
    entries = told_draw(db.session(), reference, now=now()).record.frozen.entries
    cells = [(entry.item, repr(entry.lower), repr(entry.upper)) for entry in entries]
    text = "".join(write_csv(("item", "lower", "upper"), cells))
    return _file(text, f"{reference}-draw.csv", media_type="text/csv")


def _command(stored: StoredLottery, reference: str) -> str:
    """Return how to repeat the draw from the list alone, as a shell reads it."""
    value = stored.draw.record.public_value if stored.draw else ""
    words = ["fundapp", "draw", f"{reference}-draw.csv", "--select", str(stored.frozen.select)]
    return shlex.join([*words, "--seed", value, "--round", stored.frozen.round_id])


def _file(text: str, name: str, *, media_type: str) -> Response:
    answer = Response(text.encode(), mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
