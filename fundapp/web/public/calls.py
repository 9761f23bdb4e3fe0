"""The first page, the calls, their questions, who may apply, and the frozen rules."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from fundapp.domain.questions import Question
from fundapp.extensions import db
from fundapp.queries.calls import call_form, call_page, published_calls, rules_of
from fundapp.web.installation import now

blueprint = Blueprint("calls", __name__)


@blueprint.get("/")
def first_page() -> str:
    """What the fund is, and the open calls."""
    calls = published_calls(db.session(), now=now())
    return render_template("calls/first_page.html", calls=calls, at=now())


@blueprint.get("/calls")
def show_list() -> str:
    """Open, coming and past calls."""
    calls = published_calls(db.session(), now=now())
    return render_template("calls/list.html", calls=calls, at=now())


@blueprint.get("/calls/<reference>")
def show_call(reference: str) -> str:
    """One call: dates, criteria, amounts, funders."""
    page = call_page(db.session(), reference, now=now())
    return render_template("calls/call.html", **_context(page.call), page=page)


@blueprint.get("/calls/<reference>/questions")
def show_questions(reference: str) -> str:
    """All questions of the form, before signing in; fit to print."""
    form = call_form(db.session(), reference, now=now())
    return render_template("calls/questions.html", **_context(form.call), form=form)


@blueprint.get("/calls/<reference>/eligibility")
def check_eligibility(reference: str) -> ResponseReturnValue:
    """Answer the questions that decide who may apply; nothing is stored."""
    form = call_form(db.session(), reference, now=now())
    answers = {gate.code: request.args.get(gate.code, "") for gate in form.gates}
    is_asked = bool(request.args)
    return render_template(
        "calls/eligibility.html",
        **_context(form.call),
        gates=form.gates,
        answers=answers,
        is_asked=is_asked,
        missing=[gate for gate in form.gates if is_asked and not answers[gate.code]],
        failed=[gate for gate in form.gates if _fails(gate, answers[gate.code])],
    )


@blueprint.get("/calls/<reference>/rules")
def explain_rules(reference: str) -> str:
    """How to check the frozen rules oneself."""
    page = call_page(db.session(), reference, now=now())
    return render_template("calls/rules.html", **_context(page.call), page=page)


@blueprint.get("/calls/<reference>/rules.json")
def download_rules(reference: str) -> Response:
    """The frozen rules, byte for byte as they were hashed."""
    text = rules_of(db.session(), reference)
    answer = Response(text.encode(), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}-rules.json"'
    return answer


def _fails(gate: Question, answer: str) -> bool:
    return bool(answer) and answer not in gate.passing


def _context(call: object) -> dict[str, object]:
    return {"call": call, "banner": getattr(call, "notice", "") or None, "at": now()}
