"""Forms of the parts of a draft round: sections, questions, criteria, envelopes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from fundapp.domain.errors import Problem
from fundapp.domain.evidence_facts import FACT_LABELS, known_facts
from fundapp.domain.questions import Question, QuestionKind
from fundapp.domain.rubrics import Criterion
from fundapp.domain.text import slug
from fundapp.domain.uploads import FileKind
from fundapp.web.forms.base import PageForm
from fundapp.web.forms.base import options as choices_from
from fundapp.web.forms.rounds import typed_money
from fundapp.web.forms.rows import Row
from fundapp.web.forms.typed import Typed

KIND_WORDS = {
    QuestionKind.SHORT_TEXT: ("Short text", "One line."),
    QuestionKind.LONG_TEXT: ("Long text", "Several paragraphs, with a limit of words."),
    QuestionKind.NUMBER: ("Number", "A whole number."),
    QuestionKind.MONEY: ("Sum of money", "In the currency of the round."),
    QuestionKind.SINGLE_CHOICE: ("One choice", "Also yes or no, and who may apply."),
    QuestionKind.SEVERAL_CHOICES: ("Several choices", "Any number of the answers offered."),
    QuestionKind.DATE: ("Date", "A day."),
    QuestionKind.LINK: ("Link", "An address on the web."),
    QuestionKind.EMAIL: ("Mail address", ""),
    QuestionKind.FILE: ("File", "One or several attachments."),
    QuestionKind.GROUP: ("Repeating group", "A list with columns, such as the team."),
    QuestionKind.BUDGET: ("Budget", "Lines with a price that add up."),
}
COLUMN_KINDS = (
    QuestionKind.SHORT_TEXT,
    QuestionKind.LONG_TEXT,
    QuestionKind.NUMBER,
    QuestionKind.MONEY,
    QuestionKind.SINGLE_CHOICE,
    QuestionKind.DATE,
    QuestionKind.LINK,
    QuestionKind.EMAIL,
)
COLUMN_CODES = ("label", "kind", "code")
_BOUNDED = frozenset(
    {
        QuestionKind.NUMBER,
        QuestionKind.MONEY,
        QuestionKind.SEVERAL_CHOICES,
        QuestionKind.FILE,
        QuestionKind.GROUP,
        QuestionKind.BUDGET,
    }
)


class EmptyForm(PageForm):
    """Only the token."""


class SectionForm(PageForm):
    """A page of the application form."""

    version = HiddenField(default="0")
    title = StringField("Title")
    intro = TextAreaField("Introduction", description="Stands above its questions.")


class QuestionForm(PageForm):
    """A question of any kind; the page shows the fields that its kind has."""

    version = HiddenField(default="0")
    section = SelectField("Section", validate_choice=False)
    label = StringField("Question")
    help = StringField("Help", description="Stands under the question.")
    is_required = BooleanField("An answer is needed", default=True)
    if_missing = StringField("What to say when it is missing")
    is_identifying = BooleanField("Tells who applies: hidden in a blind round")
    max_words = StringField("Most words")
    minimum = StringField("Smallest")
    maximum = StringField("Largest")
    options = TextAreaField("Answers to choose from", description="One a line.")
    passing = TextAreaField(
        "Answers that let somebody apply",
        description="One a line. Leave empty when every answer does.",
    )
    if_not_passing = StringField("What another answer means")
    accepts = SelectMultipleField(
        "Kinds of file",
        description="None chosen = all of them.",
        choices=choices_from((kind.value, kind.value.upper()) for kind in FileKind),
        validate_choice=False,
    )
    adds_up_to = StringField(
        "Adds up to", description="Code of the sum that the lines must equal, such as amount."
    )
    code = StringField(
        "Code", description="Its name in exports and imports. Small letters, digits and _."
    )

    def question(
        self, kind: QuestionKind, *, currency: str, columns: Sequence[Row], stored: Question | None
    ) -> Question:
        """Return what was typed; what the page does not show is kept from `stored`."""
        typed = Typed(self)
        is_money = kind is QuestionKind.MONEY
        bounds: dict[str, Any] = {
            name: typed.money(name, currency) if is_money else typed.number(name)
            for name in ("minimum", "maximum")
            if kind in _BOUNDED
        }
        words = typed.number("max_words")
        typed.refuse_problems()
        label = typed.text("label")
        return Question(
            code=typed.text("code").strip() or code_from(label),
            label=label,
            kind=kind,
            help=typed.text("help"),
            if_missing=typed.text("if_missing"),
            required=bool(self.is_required.data),
            max_words=words,
            options=typed.lines("options"),
            columns=_columns(columns, stored) if kind is QuestionKind.GROUP else (),
            accepts=_accepts(self.accepts.data) if kind is QuestionKind.FILE else (),
            adds_up_to=typed.text("adds_up_to").strip() if kind is QuestionKind.BUDGET else "",
            identifying=bool(self.is_identifying.data),
            passing=typed.lines("passing"),
            if_not_passing=typed.text("if_not_passing"),
            **bounds,
        )


def typed_question(question: Question, *, currency: str) -> dict[str, Any]:
    """Return a question as its form shows it."""
    is_money = question.kind is QuestionKind.MONEY
    bounds = {
        name: typed_money(value, currency) if is_money else "" if value is None else str(value)
        for name, value in (("minimum", question.minimum), ("maximum", question.maximum))
    }
    return {
        "label": question.label,
        "help": question.help,
        "is_required": question.required,
        "if_missing": question.if_missing,
        "is_identifying": question.identifying,
        "max_words": "" if question.max_words is None else str(question.max_words),
        "options": "\n".join(question.options),
        "passing": "\n".join(question.passing),
        "if_not_passing": question.if_not_passing,
        "accepts": list(question.accepts),
        "adds_up_to": question.adds_up_to,
        "code": question.code,
        **bounds,
    }


def typed_columns(question: Question) -> list[Row]:
    """Return a group's columns as the form shows them."""
    return [
        {"label": column.label, "kind": column.kind.value, "code": column.code}
        for column in question.columns
    ]


def code_from(label: str) -> str:
    """Return a code made of a question's first words."""
    words = slug(label, fallback="question").replace("-", "_")
    code = words[:32].strip("_")
    return code if code[:1].isalpha() else f"q_{code}"


def _columns(rows: Sequence[Row], stored: Question | None) -> tuple[Question, ...]:
    known = {column.code: column for column in stored.columns} if stored else {}
    columns = []
    for row in rows:
        if not (row["label"].strip() or row["code"].strip()):
            continue
        kind = _column_kind(row["kind"])
        code = row["code"].strip() or code_from(row["label"])
        base = known.get(code) or Question(code=code, label="", kind=kind)
        columns.append(replace(base, label=row["label"].strip(), kind=kind))
    return tuple(columns)


def _column_kind(name: str) -> QuestionKind:
    return QuestionKind(name) if name in set(COLUMN_KINDS) else QuestionKind.SHORT_TEXT


def _accepts(chosen: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(kind.value for kind in FileKind if kind.value in (chosen or ()))


class CriterionForm(PageForm):
    """A criterion; the anchors are plain fields, one for each mark."""

    version = HiddenField(default="0")
    title = StringField("Criterion")
    question = StringField("Question that reviewers answer")
    weight = StringField("Weight", description="Of 100.")
    marks = StringField("Marks", description="From worst to best, the same for every criterion.")
    wants_evidence = BooleanField(
        "A mark points to evaluation logs",
        description="Reviewers tick the logs that their mark rests on, or “No evidence”.",
    )
    facts = SelectMultipleField(
        "Facts of the logs that stand beside it",
        choices=choices_from((fact.value, label) for fact, label in FACT_LABELS.items()),
        validate_choice=False,
    )

    def criterion(self, code: str, anchors: dict[str, str]) -> Criterion:
        """Return what was typed. `anchors` maps the mark as text to its words."""
        typed = Typed(self)
        marks = self.read_marks(typed)
        weight = typed.wanted_number("weight", "Enter a weight from 1 to 100.")
        typed.refuse_problems()
        return Criterion(
            code=code,
            title=typed.text("title"),
            question=typed.text("question"),
            weight=weight,
            marks=marks,
            anchors={mark: anchors.get(str(mark), "") for mark in marks},
            wants_evidence=bool(self.wants_evidence.data),
            facts=tuple(fact.value for fact in known_facts(self.facts.data or ())),
        )

    def read_marks(self, typed: Typed) -> tuple[int, ...]:
        """Return the marks that were typed, parted by commas or spaces."""
        parts = typed.text("marks").replace(",", " ").split()
        if len(parts) > 100 or not all(part.isdecimal() and len(part) <= 3 for part in parts):
            sentence = "Enter whole numbers, the worst first: 1, 2, 3, 4, 5."
            typed.problems.append(Problem("marks", sentence))
            return ()
        return tuple(int(part) for part in parts)


class EnvelopeForm(PageForm):
    """A funder and what it brings."""

    version = HiddenField(default="0")
    funder_id = SelectField("Funder", validate_choice=False)
    amount = StringField("Envelope")
    currency = SelectField("Currency", validate_choice=False, choices=[])

    def offer_currencies(self, round_currency: str, others: Sequence[str]) -> "EnvelopeForm":
        """Let the envelope be given in the round's currency or in another of the round."""
        codes = (round_currency, *others)
        self.currency.choices = choices_from((code, code) for code in codes)
        if self.currency.data not in codes:
            self.currency.data = round_currency
        return self

    def chosen(self) -> UUID | None:
        """Return the chosen funder, None when none was."""
        try:
            return UUID(self.funder_id.data or "")
        except ValueError:
            return None


class VersionForm(PageForm):
    """A form whose fields are rows; `version` says what it showed."""

    version = HiddenField(default="0")
