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

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "importance": (
        "I could not see who would be hurt. Follow one person from the system to the harm.",
        "The harm is real. Say how many people it concerns, even roughly.",
        "This is a harm that nobody counts today, and it should be counted.",
    ),
    "validity": (
        "A shortcut would pass most items. Show one trial in which it does not.",
        "The items look right. Say what else the score could mean, and how you would tell.",
        "The rival readings are named and tested. I trust what this number would say.",
    ),
    "feasibility": (
        "Too much for the time. Cut it to the first milestone and do that well.",
        "It can be done if the writers of items keep their dates. Plan for half of them.",
        "The plan has slack where it needs it. The second milestone could come earlier.",
    ),
    "team": (
        "Nobody here has run a study of this size. Find one person who has.",
        "Good people. The statistician should join before the first item is written.",
        "They have corrected their own test in public. That says more than a list of papers.",
    ),
    "independence": (
        "A partner who sees results first can delay them. Write down that nobody may.",
        "Ties are told openly. I would still name who decides what is published.",
        "No tie that I can find, and a promise to publish whatever comes out.",
    ),
    "cost": (
        "I cannot check the large lines. Split them, and say what one more run costs.",
        "Fair in sum. Try fewer samples first; your own numbers say that it would do.",
        "Each further result would cost little, and others could repeat it without you.",
    ),
    "reach": (
        "One language and one place, and the text does not say so.",
        "The second language is promised and not paid for. Put it into the budget.",
        "People who speak the language shape what is measured. That is rare.",
    ),
}
"""By criterion what a reviewer writes under a low, a middle and a high mark."""

_OVERALL: Mapping[int, tuple[str, str, str]] = {
    1: (
        "I would not pay for this now. A smaller first step could change my mind.",
        "Too early. Come back with the first result of the pilot.",
        "I cannot see what we would know afterwards. Begin with that sentence.",
    ),
    2: (
        "Not yet. The question matters; the plan does not answer it.",
        "The parts are there, but they do not meet. Ask less and show more.",
        "I wanted to like this. The measure would not tell good from lucky.",
    ),
    3: (
        "Worth a conversation. With a narrower question I would pay.",
        "Half of this is ready. Send that half again.",
        "A fair plan that I would pay for in a year with more money.",
    ),
    4: (
        "I would pay for this. The team knows what it does not know.",
        "Good work, soberly told. The second milestone is the one to watch.",
        "Pay, and ask for the logs early: others will want to build on them.",
    ),
    5: (
        "Pay for this first.",
        "The best that I read in this round. I have nothing to add.",
        "Exactly what we are here for.",
    ),
}
"""By mark three ways to say it, so that reviewers who agree do not use the same words."""


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
        has_words = reviewer == _commenter(application, criterion.code)
        words = _words_on(criterion.code, mark) if has_words else ""
        scores[criterion.code] = ScoreDraft(mark=mark, shared_comment=words)
    return ReviewDraft(
        scores=scores,
        confidence=chance.choice((3, 4, 4, 5)),
        shared_comment=_overall(reviewer, mark=min(5, max(1, round(base)))),
        private_comment="Marks of the demo, from a seed.",
    )


def _overall(reviewer: str, *, mark: int) -> str:
    ways = _OVERALL[mark]
    return ways[list(STRICTNESS).index(reviewer) % len(ways)]


def _commenter(application: str, criterion: str) -> str:
    """Return who writes about a criterion if asked to review, so that no two say the same."""
    chance = Random(f"{application}: words on {criterion}")  # noqa: S311 - invented reviews
    return chance.choice(list(STRICTNESS))


def _words_on(criterion: str, mark: int) -> str:
    low, middle, high = _WORDS.get(criterion, ("", "", ""))
    return low if mark <= 2 else middle if mark == 3 else high
