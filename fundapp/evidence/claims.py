"""Claims in an application's text that no log supports: numbers, models and tasks.

A claim is looked for in a sentence that tells of a result: one with a number that reads as a
score. Whatever is found is a question for the applicant and the juror, never a verdict.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fundapp.evidence.warnings import EvidenceWarning, WarningCode

MOST_CLAIMS = 20
_LONGEST_TEXT = 200_000
_SENTENCES = re.compile(r"(?<=[.!?。\uff01\uff1f؟।])\s+|\n+")
_SCORES = re.compile(
    r"(?<![\w.,])(?P<digits>\d{1,3}(?:[.,]\d{1,4})?)\s?(?P<sign>%|percent\b|per cent\b|٪|\uff05)"
    r"|(?<![\w.,])(?P<part>0[.,]\d{2,5})(?![\w%])"
)
_RESULT_WORDS = re.compile(
    r"accura|score|\bf1\b|\bauc\b|auroc|recall|precision|pass@|pass rate|success rate|exact match"
    r"|solve|correct|\berror|agreement|exactitud|précision|taux|tasa|precisi[oó]n|准确率|得分|正确"
    r"|الدقة|دقة|सटीकता|अंक",
    re.IGNORECASE,
)
_MODELS = re.compile(
    r"\b(?:gpt|claude|gemini|gemma|llama|mistral|mixtral|qwen|deepseek|phi|grok|command-r)"
    r"[- ]?[\w.]*(?:-[\w.]+)*",
    re.IGNORECASE,
)
_TASKS = re.compile(
    r"\b(?:MMLU(?:-Pro)?|GPQA|SimpleQA|GSM8K|HumanEval|MBPP|SWE-bench|TruthfulQA|HellaSwag|ARC-[CE]"
    r"|BBH|IFEval|AIME|MATH|GAIA|WMDP|AgentHarm|BBQ|XSTest|HarmBench|Cybench|DROP|WinoGrande)\b"
)
_PLAIN = re.compile(r"[^0-9a-z]+")


class ClaimKind(StrEnum):
    """What is claimed."""

    NUMBER = "number"
    MODEL = "model"
    TASK = "task"


@dataclass(frozen=True)
class Claim:
    """A claim as it is written, and the sentence that it stands in."""

    kind: ClaimKind
    words: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Support:
    """What logs say that a claim may rest on: values of metrics, names of models and of tasks."""

    values: tuple[float, ...] = ()
    models: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


def claims_in(text: str) -> list[Claim]:
    """Return the claims of a text, each once, in its order."""
    found: dict[tuple[ClaimKind, str], Claim] = {}
    for sentence in _SENTENCES.split(text[:_LONGEST_TEXT]):
        for kind, words in _told(sentence):
            found.setdefault((kind, words.casefold()), Claim(kind, words, sentence.strip()[:300]))
    return list(found.values())


def unsupported_claims(text: str, support: Support) -> list[Claim]:
    """Return the claims of `text` that none of the logs supports.

    A number is supported by a metric that rounds to it, as a share or in percent; by one less
    the metric in a sentence on errors. A model or a task is supported by a log that names it.
    """
    known = {
        ClaimKind.MODEL: [_plain(name) for name in support.models],
        ClaimKind.TASK: [_plain(name) for name in support.tasks],
    }
    return [
        claim
        for claim in claims_in(text)
        if not (
            _is_near(claim, support.values)
            if claim.kind is ClaimKind.NUMBER
            else any(_plain(claim.words) in name for name in known[claim.kind])
        )
    ]


def claim_warnings(text: str, support: Support | None) -> list[EvidenceWarning]:
    """Return a warning for each claim that no log supports; none for a text without logs."""
    if support is None:
        return []
    return [
        EvidenceWarning(
            WarningCode.UNSUPPORTED_CLAIM,
            f"The text says “{claim.words}”, but no log has this {claim.kind.value}.",
        )
        for claim in unsupported_claims(text, support)[:MOST_CLAIMS]
    ]


def _told(sentence: str) -> Iterable[tuple[ClaimKind, str]]:
    scores = list(_SCORES.finditer(sentence))
    if not scores or not _RESULT_WORDS.search(sentence):
        return
    for score in scores:
        yield ClaimKind.NUMBER, score[0]
    for model in _MODELS.finditer(sentence):
        if any(sign.isdigit() for sign in model[0]):
            yield ClaimKind.MODEL, model[0].rstrip(".-")
    for task in _TASKS.finditer(sentence):
        yield ClaimKind.TASK, task[0]


def _is_near(claim: Claim, values: Sequence[float]) -> bool:
    """Tell whether a value rounds to what is written, to its own last digit."""
    score = _SCORES.search(claim.words)
    if score is None:
        return False
    written = (score["digits"] or score["part"]).replace(",", ".")
    unit = 0.01 if score["digits"] else 1.0
    step = unit * 10.0 ** -len(written.partition(".")[2])
    wanted = float(written) * unit
    takes_rest = "error" in claim.sentence.casefold()
    told = [*values, *(1 - value for value in values if takes_rest)]
    in_percent = [value / 100 for value in told if 1 < value <= 100]
    return any(abs(value - wanted) <= step / 2 + 1e-9 for value in (*told, *in_percent))


def _plain(name: str) -> str:
    return _PLAIN.sub("", name.casefold())
