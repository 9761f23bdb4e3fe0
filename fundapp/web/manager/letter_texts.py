"""The fund's own words for letters, of all rounds or of one: list, editor, preview, versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from babel import Locale
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.documents.formats import LANGUAGES
from fundapp.documents.letter_samples import sample_letter
from fundapp.documents.pool import print_one
from fundapp.documents.shipped_texts import sample_values, shipped_parts
from fundapp.domain.errors import (
    DocumentFailed,
    InvalidInput,
    NotFound,
    Problem,
    StaleVersion,
    TooManyAttempts,
)
from fundapp.domain.letter_texts import LETTERS, LetterKind
from fundapp.domain.permissions import Action, Actor
from fundapp.domain.states import RoundKind
from fundapp.domain.text_changes import changed_words
from fundapp.extensions import db
from fundapp.queries.deliberations import RoundHead, round_head
from fundapp.queries.document_rows import FundIdentity, OwnText
from fundapp.queries.fund import fund_identity
from fundapp.queries.letter_texts import TextVersion, newest_texts, text_for, text_history
from fundapp.services.letter_texts import checked_parts, reset_letter_text, save_letter_text
from fundapp.services.throttling import check_attempts, preview_throttle, record_attempt
from fundapp.web.access import demand
from fundapp.web.forms.round_parts import VersionForm
from fundapp.web.forms.typed import read_version, take_version
from fundapp.web.headers import POLICY
from fundapp.web.installation import installation, now
from fundapp.web.transactions import reads_first, remember

blueprint = Blueprint("letter_texts", __name__)

OF_FUND, OF_ROUND = "/letter-texts", "/rounds/<uuid:round_id>/letter-texts"
ONE = "/<kind>/<language>"
_NO_ROUND = {"round_id": None}


@dataclass(frozen=True)
class TextPlace:
    """Which text a page is about, and who asks."""

    actor: Actor
    head: RoundHead | None
    letter: LetterKind
    language: str

    @property
    def round_id(self) -> UUID | None:
        """The round, None for the fund."""
        return self.head.id if self.head else None

    @property
    def round_kind(self) -> RoundKind:
        """The kind of the round; the fund's words are shown on a grant."""
        return self.head.kind if self.head else RoundKind.GRANT

    def address(self, view: str, **more: Any) -> str:
        """Return the address of another page about the same text."""
        return url_for(
            f"letter_texts.{view}",
            round_id=self.round_id,
            kind=self.letter.kind.value.replace("_", "-"),
            language=self.language,
            **more,
        )

    def context(self) -> dict[str, Any]:
        """Return what the templates of such pages read."""
        return {
            "place": self,
            "head": self.head,
            "letter": self.letter,
            "language": language_name(self.language),
            "shipped": shipped_parts(self.letter.kind, self.language, self.round_kind),
            "text_direction": LANGUAGES[self.language].direction,
            "banner": self.head.notice if self.head else None,
        }


@blueprint.get(OF_FUND, defaults=_NO_ROUND)
@blueprint.get(OF_ROUND)
def show_list(round_id: UUID | None) -> str:
    """Every kind of letter in every language: shipped words, or whose since when."""
    demand(Action.EDIT_LETTER_TEXTS)
    head = _head(round_id)
    return render_template(
        "letter_texts/list.html",
        head=head,
        letters=LETTERS.values(),
        languages=[(code, language_name(code)) for code in LANGUAGES],
        own=newest_texts(db.session(), round_id),
        of_fund=newest_texts(db.session(), None) if round_id else {},
        banner=head.notice if head else None,
    )


@blueprint.route(OF_FUND + ONE, methods=["GET", "POST"], defaults=_NO_ROUND)
@blueprint.route(OF_ROUND + ONE, methods=["GET", "POST"])
def edit_text(round_id: UUID | None, kind: str, language: str) -> ResponseReturnValue:
    """Write one text; an empty part is printed as shipped."""
    place = _place(round_id, kind, language)
    form = VersionForm()
    if not form.is_submitted():
        return _editor(place, form, _parts_to_start_from(place, form))
    typed = _typed(place)
    try:
        save_letter_text(
            db.session(), place.letter.kind, language, parts=typed, round_id=round_id,
            version=read_version(form), actor=place.actor, now=now(),
        )  # fmt: skip
    except InvalidInput as error:
        return _editor(place, form, typed, problems=error.problems), 422
    except StaleVersion as error:
        return _editor(place, form, typed, theirs=take_version(form, error)), 409
    flash("The text is saved. Letters that are ordered from now on have it.")
    return redirect(url_for("letter_texts.show_list", round_id=round_id), code=303)


@blueprint.post(f"{OF_FUND}{ONE}/preview", defaults=_NO_ROUND)
@blueprint.post(f"{OF_ROUND}{ONE}/preview")
@reads_first
def preview(round_id: UUID | None, kind: str, language: str) -> ResponseReturnValue:
    """Print what was typed on a letter with sample data; nothing is stored."""
    place = _place(round_id, kind, language)
    throttles = (preview_throttle(place.actor.person_id),)
    typed = _typed(place)
    try:
        check_attempts(db.session(), throttles, now=now())
        remember(lambda session: record_attempt(session, throttles, now=now()))
        return _shown_inside(_pdf(place, checked_parts(place.letter.kind, typed)))
    except InvalidInput as error:
        problems = error.problems
    except (DocumentFailed, TooManyAttempts) as error:
        problems = (Problem("", str(error)),)
    if "live" in request.form:
        named = {part.name: part.label for part in place.letter.parts}
        page = render_template("letter_texts/problems.html", problems=problems, named=named)
        return _shown_inside(Response(page)), 422
    return _editor(place, VersionForm(), typed, problems=problems), 422


@blueprint.get(f"{OF_FUND}{ONE}/versions", defaults=_NO_ROUND)
@blueprint.get(f"{OF_ROUND}{ONE}/versions")
def show_versions(round_id: UUID | None, kind: str, language: str) -> str:
    """Every version of one text, and what each changed."""
    place = _place(round_id, kind, language)
    versions = text_history(db.session(), round_id, place.letter.kind, language=language)
    before: list[Mapping[str, str]] = [older.parts for older in versions[1:]]
    changes = [
        [
            (part.label, changed_words(old.get(part.name, ""), version.parts.get(part.name, "")))
            for part in place.letter.parts
            if old.get(part.name, "") != version.parts.get(part.name, "")
        ]
        for version, old in zip(versions, [*before, {}], strict=False)
    ]
    context = place.context() | {"versions": list(zip(versions, changes, strict=True))}
    return render_template("letter_texts/versions.html", **context, form=_version_of(versions))


@blueprint.post(f"{OF_FUND}{ONE}/reset", defaults=_NO_ROUND)
@blueprint.post(f"{OF_ROUND}{ONE}/reset")
def reset_text(round_id: UUID | None, kind: str, language: str) -> ResponseReturnValue:
    """Let the shipped words (in a round: the fund's) stand again."""
    place = _place(round_id, kind, language)
    try:
        reset_letter_text(
            db.session(), place.letter.kind, language, round_id=round_id,
            version=read_version(VersionForm()), actor=place.actor, now=now(),
        )  # fmt: skip
    except StaleVersion:
        flash("The text was changed meanwhile, so it was left as it is. Look at it first.")
        return redirect(place.address("show_versions"), code=303)
    whose = "The words of the fund" if round_id else "The shipped words"
    flash(f"{whose} are used again. Your own are kept among the versions.")
    return redirect(url_for("letter_texts.show_list", round_id=round_id), code=303)


def language_name(code: str) -> str:
    """Return the English name of a language: "Arabic"."""
    return str(Locale.parse(code).get_display_name("en"))


def _place(round_id: UUID | None, kind: str, language: str) -> TextPlace:
    actor = demand(Action.EDIT_LETTER_TEXTS)
    known = {letter.kind.value.replace("_", "-"): letter for letter in LETTERS.values()}
    if kind not in known or language not in LANGUAGES:
        raise NotFound("There is no such letter in this language.")
    return TextPlace(actor, _head(round_id), known[kind], language)


def _head(round_id: UUID | None) -> RoundHead | None:
    return round_head(db.session(), round_id)[0] if round_id else None


def _typed(place: TextPlace) -> dict[str, str]:
    return {part.name: request.form.get(part.name, "") for part in place.letter.parts}


def _parts_to_start_from(place: TextPlace, form: VersionForm) -> Mapping[str, str]:
    """Return an old version that the address asks for, else what is in force."""
    session, kind, language = db.session(), place.letter.kind, place.language
    versions = text_history(session, place.round_id, kind, language=language)
    form.version.data = str(versions[0].version if versions else 0)
    wanted = request.args.get("from", 0, type=int)
    old = next((text for text in versions if text.version == wanted), None)
    text = old or text_for(session, place.round_id, kind, language=language)
    return text.parts if text else {}


def _version_of(versions: list[TextVersion]) -> VersionForm:
    return VersionForm(data={"version": str(versions[0].version if versions else 0)})


def _editor(
    place: TextPlace,
    form: VersionForm,
    parts: Mapping[str, str],
    *,
    problems: tuple[Problem, ...] = (),
    theirs: StaleVersion | None = None,
) -> Response:
    kind, language = place.letter.kind, place.language
    samples = sample_values(kind, language=language, fund=_fund(), round_kind=place.round_kind)
    page = render_template(
        "letter_texts/edit.html",
        **place.context(),
        form=form,
        parts_typed=parts,
        samples=samples,
        problems=problems,
        wrong={problem.field: problem.sentence for problem in problems},
        theirs=theirs,
    )
    response = Response(page)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def _pdf(place: TextPlace, parts: Mapping[str, str]) -> Response:
    """Return the sample letter with these words, printed in a process with limits."""
    row = sample_letter(
        place.letter.kind,
        language=place.language,
        fund=_fund(),
        round_kind=place.round_kind,
        own_texts=tuple(OwnText(part=name, text=text) for name, text in parts.items()),
    )
    printed = print_one(row)
    if printed.pdf is None:
        raise DocumentFailed(printed.problem)
    response = Response(printed.pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = "inline; filename=preview.pdf"
    return response


def _shown_inside(response: Response) -> Response:
    """Let the editor, and no other site, show this in its frame."""
    policy = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _fund() -> FundIdentity:
    return fund_identity(installation().config)
