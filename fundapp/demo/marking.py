"""Invented marks: a quality for each application, a strictness for each reviewer."""

from collections.abc import Mapping
from random import Random

from fundapp.domain.reviews import ReviewDraft, ScoreDraft
from fundapp.domain.rubrics import Rubric

STRICTNESS: Mapping[str, float] = {
    "Strict Stella Marsh (sample)": -0.9,
    "Nadia Perova (sample)": 0.0,
    "Tomas Even (sample)": 0.1,
    "Mild Milo Hart (sample)": 0.8,
    "Aiko Brandt (sample)": -0.1,
    "Severe Sven Dahl (sample)": -0.7,
    "Gentle Gita Rao (sample)": 0.7,
    "Omar Wills (sample)": 0.0,
}
"""How far a reviewer's marks lie from the quality, in marks of the scale."""

_WORDS: Mapping[int, tuple[str, ...]] = {
    1: (
        "This part does not carry yet. Say what you would measure and how you would know.",
        "I could not find what this criterion asks for.",
    ),
    2: (
        "The idea is there, the evidence is not. One small trial would say more than a page.",
        "Too much is promised here. Cut it to what you can show in a year.",
    ),
    3: (
        "Sound, with one gap: say what you would do if the first half fails.",
        "Good in outline. The numbers need their intervals.",
    ),
    4: (
        "Well argued. I would only ask for a stranger to repeat a part of it.",
        "Convincing. The second milestone could come earlier.",
    ),
    5: (
        "As good as I have seen it. Keep the private part private.",
        "Clear, checkable and modest. Others should copy this.",
    ),
}
_OVERALL: Mapping[int, str] = {
    1: "I would not pay for this now. A smaller first step could change my mind.",
    2: "Not yet. The question matters; the plan does not answer it.",
    3: "Worth a conversation. With a narrower question I would pay.",
    4: "I would pay for this. The team knows what it does not know.",
    5: "Pay for this first.",
}
_SHARE_OF_COMMENTS = 0.4


def quality_of(seed: str) -> float:
    """Return how good an application is on a scale of 1 to 5, before anybody marks it."""
    return min(4.9, max(1.4, Random(seed).gauss(3.3, 0.75)))  # noqa: S311 - invented marks


def draft_of_review(rubric: Rubric, *, application: str, reviewer: str) -> ReviewDraft:
    """Return the review that `reviewer` gives; the same names, the same review."""
    chance = Random(f"{application} by {reviewer}")  # noqa: S311 - invented marks
    base = quality_of(application) + STRICTNESS.get(reviewer, 0.0)
    scores = {}
    for criterion in rubric.criteria:
        wanted = base + Random(f"{application} on {criterion.code}").gauss(0, 0.5)  # noqa: S311
        mark = min(5, max(1, round(wanted + chance.gauss(0, 0.45))))
        has_words = chance.random() < _SHARE_OF_COMMENTS
        words = chance.choice(_WORDS[mark]) if has_words else ""
        scores[criterion.code] = ScoreDraft(mark=mark, shared_comment=words)
    overall = min(5, max(1, round(base)))
    return ReviewDraft(
        scores=scores,
        confidence=chance.choice((3, 4, 4, 5)),
        shared_comment=_OVERALL[overall],
        private_comment="Marks of the demo, from a seed.",
    )
