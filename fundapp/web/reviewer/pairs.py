"""Judging by pairs: two entries side by side, which one is better, and one's own words so far."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.domain.errors import InvalidInput, Problem, StaleVersion
from fundapp.domain.pairs import PairOfIds, better_of, leave_out, read_left_out
from fundapp.domain.permissions import Action
from fundapp.extensions import db
from fundapp.models import PairJudgement
from fundapp.queries.evidence import evidence_of
from fundapp.queries.judges_pairs import JudgesPairs, answers_beside, judges_pairs
from fundapp.queries.pairs import round_of_pairs
from fundapp.services.pair_judgements import judge_pair as store_word
from fundapp.web.access import demand
from fundapp.web.installation import now

blueprint = Blueprint("pairs", __name__)


@dataclass(frozen=True)
class _Said:
    """What the form shows: a word that stands or was typed, and what is wrong with it."""

    better: UUID | None = None
    has_word: bool = False
    note: str = ""
    version: int = 0
    problems: tuple[Problem, ...] = ()
    caution: str = ""


@blueprint.get("/rounds/<uuid:round_id>/pairs")
def show_next(round_id: UUID) -> str:
    """The pair whose answer tells most, or why there is none."""
    judges = _read(round_id)
    if judges.following is None or judges.closed:
        return render_template(
            "pairs/none.html", judges=judges, banner=judges.counted.asked.round.notice
        )
    return _page(judges, judges.following, _Said())


@blueprint.get("/rounds/<uuid:round_id>/pairs/own")
def show_own(round_id: UUID) -> str:
    """What one said of each pair, the newest first."""
    judges = _read(round_id)
    return render_template(
        "pairs/own.html", judges=judges, banner=judges.counted.asked.round.notice
    )


@blueprint.get("/rounds/<uuid:round_id>/pairs/<uuid:one_id>/<uuid:other_id>")
def show_pair(round_id: UUID, one_id: UUID, other_id: UUID) -> str:
    """One pair, to say it or to say something else."""
    judges = _read(round_id)
    return _page(judges, (one_id, other_id), _standing(judges, (one_id, other_id)))


@blueprint.post("/rounds/<uuid:round_id>/pairs/<uuid:one_id>/<uuid:other_id>")
def judge_pair(round_id: UUID, one_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Store what was said, and go on with the next pair."""
    actor = demand(Action.JUDGE_PAIRS, round_of_pairs(db.session(), round_id).facts)
    note, version = request.form.get("note", ""), _version()
    try:
        row = store_word(
            db.session(),
            round_id,
            (one_id, other_id),
            better=request.form.get("verdict", ""),
            note=note,
            version=version,
            actor=actor,
            now=now(),
        )
    except InvalidInput as error:
        said = _Said(note=note, version=version, problems=error.problems)
        return _page(_read(round_id), (one_id, other_id), said), 422
    except StaleVersion as stale:
        said = _said_meanwhile(stale, note)
        return _page(_read(round_id), (one_id, other_id), said), 409
    if row.version > 1:
        flash("Changed.")
        return redirect(url_for(".show_own", round_id=round_id), code=303)
    flash("Noted.")
    left_out = ".".join(read_left_out(request.form.get("without", "")))
    address = url_for(".show_next", round_id=round_id, without=left_out or None)
    return redirect(address, code=303)


def _read(round_id: UUID) -> JudgesPairs:
    asked = round_of_pairs(db.session(), round_id)
    actor = demand(Action.JUDGE_PAIRS, asked.facts)
    return judges_pairs(db.session(), asked, actor=actor, left_out=_left_out())


def _page(judges: JudgesPairs, pair: PairOfIds, said: _Said) -> str:
    session, sides = db.session(), judges.sides(pair)
    hidden = judges.hides_applicants
    return render_template(
        "pairs/judge.html",
        judges=judges,
        sides=sides,
        answers=answers_beside(session, pair, hide_identity=hidden),
        evidence={
            entry.id: evidence_of(session, entry.id, hide_identity=hidden) for entry in sides
        },
        said=said,
        without=".".join(_left_out()),
        without_this=leave_out(_left_out(), _stored(pair)),
        banner=judges.counted.asked.round.notice,
    )


def _stored(pair: PairOfIds) -> PairOfIds:
    return (min(pair), max(pair))


def _standing(judges: JudgesPairs, pair: PairOfIds) -> _Said:
    word = judges.word_on(pair)
    if word is None:
        return _Said()
    return _Said(word.better, has_word=True, note=word.note, version=word.version)


def _said_meanwhile(stale: StaleVersion, note: str) -> _Said:
    """Return the word that stands now, with the note that was typed."""
    row: PairJudgement | None = stale.theirs
    if row is None:
        return _Said(note=note, caution=str(stale))
    better = better_of(row.verdict, (row.left_id, row.right_id))
    return _Said(better, has_word=True, note=note, version=row.version, caution=str(stale))


def _left_out() -> tuple[str, ...]:
    return read_left_out(request.values.get("without", ""))


def _version() -> int:
    """Return the version that was looked at; what is no number was looked at before any."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
