"""How well a reviewer suits an application, from what both say of themselves.

    affinity = reading * (w * expertise + (1 - w) * wish)        0..1

Expertise is half the best and half the mean of the reviewer's declared level over the
application's topics: one deep expert is worth a lot, breadth counts too. The wish is the
bid. Who does not read the language is left with a tenth. A conflict is no affinity at all:
it is never a low number, and is kept apart.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Expertise(StrEnum):
    """How well a reviewer knows a topic, as they declare it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Bid(StrEnum):
    """What a reviewer says to reviewing one application."""

    EAGER = "eager"
    WILLING = "willing"
    IF_NEEDED = "if_needed"
    UNWILLING = "unwilling"


@dataclass(frozen=True, kw_only=True)
class ReviewerProfile:
    """Declared expertise by topic, and the languages that a reviewer reads."""

    expertise: Mapping[str, Expertise]
    languages: Collection[str]


@dataclass(frozen=True, kw_only=True)
class ApplicationSubject:
    """The topics of an application and the language that it is written in, if known."""

    topics: Collection[str]
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class AffinityWeights:
    """What counts how much; all between 0 and 1. `expertise` and the bid share 1.

    `unknown` stands for a bid that was not made, and for expertise where the application
    names no topic: neither helps nor harms. `unread` is what remains without the language.
    """

    expertise: float = 0.7
    levels: Mapping[Expertise, float] = field(
        default_factory=lambda: MappingProxyType(
            {Expertise.HIGH: 1.0, Expertise.MEDIUM: 0.6, Expertise.LOW: 0.25}
        )
    )
    bids: Mapping[Bid, float] = field(
        default_factory=lambda: MappingProxyType(
            {Bid.EAGER: 1.0, Bid.WILLING: 0.7, Bid.IF_NEEDED: 0.3, Bid.UNWILLING: 0.0}
        )
    )
    unknown: float = 0.5
    unread: float = 0.1

    def __post_init__(self) -> None:
        """Refuse weights outside 0..1."""
        weights = (self.expertise, self.unknown, self.unread)
        if not all(0 <= one <= 1 for one in (*weights, *self.levels.values(), *self.bids.values())):
            raise ValueError("Weights of an affinity lie between 0 and 1")


@dataclass(frozen=True)
class Affinity:
    """A number from 0 to 1, and in words what it rests on."""

    value: float
    explanation: str


DEFAULT_WEIGHTS = AffinityWeights()

_BID_WORDS = {
    Bid.EAGER: "asked for it",
    Bid.WILLING: "is willing",
    Bid.IF_NEEDED: "would do it if needed",
    Bid.UNWILLING: "would rather not",
}
_LEVEL_WORDS = {
    Expertise.HIGH: "expert in",
    Expertise.MEDIUM: "knows",
    Expertise.LOW: "knows a little of",
}


def affinity_of(
    reviewer: ReviewerProfile,
    application: ApplicationSubject,
    bid: Bid | None = None,
    *,
    weights: AffinityWeights = DEFAULT_WEIGHTS,
) -> Affinity:
    """Return how well the reviewer suits the application. See the module for the formula.

    Topics and languages are compared as they are written.
    """
    expertise = _expertise(reviewer, application, weights)
    wish = weights.unknown if bid is None else weights.bids[bid]
    reads = not application.language or application.language in reviewer.languages
    value = weights.expertise * expertise + (1 - weights.expertise) * wish
    return Affinity(
        value if reads else weights.unread * value,
        "; ".join(_reasons(reviewer, application, bid)),
    )


def _expertise(
    reviewer: ReviewerProfile, application: ApplicationSubject, weights: AffinityWeights
) -> float:
    topics = sorted(set(application.topics))
    if not topics:
        return weights.unknown
    declared = [reviewer.expertise.get(topic) for topic in topics]
    levels = [0.0 if level is None else weights.levels[level] for level in declared]
    return (max(levels) + sum(levels) / len(levels)) / 2


def _reasons(
    reviewer: ReviewerProfile, application: ApplicationSubject, bid: Bid | None
) -> list[str]:
    topics = sorted(set(application.topics))
    reasons = []
    for level, words in _LEVEL_WORDS.items():
        known = [topic for topic in topics if reviewer.expertise.get(topic) is level]
        if known:
            reasons.append(f"{words} {_listed(known)}")
    if not topics:
        reasons.append("the application names no topic")
    elif not reasons:
        reasons.append(f"has declared nothing on {_listed(topics)}")
    if application.language:
        reads = application.language in reviewer.languages
        reasons.append(f"{'reads' if reads else 'does not read'} {application.language}")
    if bid is not None:
        reasons.append(_BID_WORDS[bid])
    return reasons


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
