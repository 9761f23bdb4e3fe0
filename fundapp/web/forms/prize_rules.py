"""The form of a draft's prize rules."""

from typing import Any

from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField

from fundapp.domain.gates import TITLES
from fundapp.domain.prize_rules import Gate, GateCode, PrizeRules
from fundapp.domain.windows import typed_local
from fundapp.web.forms.base import PageForm, options
from fundapp.web.forms.typed import Typed

_SWITCHES = ("compares_pairs", "takes_nominations", "has_gallery")
_MOMENTS = ("votes_open_at", "votes_close_at")


class PrizeRulesForm(PageForm):
    """The rules that a prize round has beside its rubric. Every field keeps what was typed."""

    version = HiddenField(default="0")
    gates = SelectMultipleField(
        "Each entry shows",
        description="Entrants see what passes while they write. An entry that fails can be "
        "submitted all the same: you decide at screening.",
        choices=options((code.value, title) for code, title in TITLES.items()),
        validate_choice=False,
    )
    samples = StringField(
        "Samples that are enough",
        description="For large data sets: so many samples pass as the whole. Empty = all of it.",
    )
    compares_pairs = BooleanField("Reviewers also compare entries pair by pair")
    rerun_days = StringField(
        "Days to run a winner’s evaluation again",
        description="Another team does, before the prize is certain. 0 = nobody does.",
    )
    rerun_margin = StringField(
        "Margin of a re-run",
        description="A difference up to so many percent of the entered result holds, even where "
        "chance does not explain it.",
    )
    takes_nominations = BooleanField(
        "Anybody may nominate a public evaluation",
        description="Its maker is asked by mail and enters it, or not.",
    )
    votes_open_at = StringField("The public vote begins")
    votes_close_at = StringField("The public vote ends")
    has_gallery = BooleanField(
        "Show a gallery of the entries whose makers agree", description="When all is announced."
    )

    def rules(self, zone: str) -> PrizeRules:
        """Return what was typed; raise InvalidInput naming each field that cannot be read."""
        typed = Typed(self)
        samples = typed.number("samples")
        chosen = set(self.gates.data or ())
        read: dict[str, Any] = {
            "gates": tuple(
                Gate(code, samples if code is GateCode.WHOLE_DATASET else None)
                for code in GateCode
                if code.value in chosen
            ),
            **{name: bool(self[name].data) for name in _SWITCHES},
            **{name: typed.instant(name, zone) for name in _MOMENTS},
            "rerun_days": typed.number("rerun_days", missing=0),
            "rerun_margin": typed.number("rerun_margin", missing=0),
        }
        typed.refuse_problems()
        return PrizeRules(**read)


def typed_rules(rules: PrizeRules, zone: str) -> dict[str, Any]:
    """Return the rules as the form shows them."""
    samples = next((gate.samples for gate in rules.gates if gate.samples is not None), None)
    return {
        "gates": [gate.code.value for gate in rules.gates],
        "samples": "" if samples is None else str(samples),
        **{name: getattr(rules, name) for name in _SWITCHES},
        **{
            name: typed_local(getattr(rules, name), zone) if getattr(rules, name) else ""
            for name in _MOMENTS
        },
        "rerun_days": str(rules.rerun_days),
        "rerun_margin": str(rules.rerun_margin),
    }
