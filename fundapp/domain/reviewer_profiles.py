"""What a reviewer can judge and reads, by their own word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.text import one_line

MOST_TOPICS = 60
LONGEST_TOPIC = 80
MOST_LANGUAGES = 20

TOPICS_QUESTION = "topics"
LANGUAGE_QUESTION = "language"
"""Codes of the questions of a form that say what an application is about and written in."""


class Level(StrEnum):
    """How well a reviewer knows a topic."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Levels by topic, in the order of the topics, and languages as BCP 47 tags."""

    expertise: Mapping[str, Level] = field(default_factory=dict)
    languages: tuple[str, ...] = ()


def checked_topics(typed: Iterable[str], *, at: str) -> list[str]:
    """Return topics tidied, each once whatever its capitals, in their order.

    Raises InvalidInput for the field `at` when they are too many or too long.
    """
    topics: dict[str, str] = {}
    for topic in (one_line(one) for one in typed):
        if topic:
            topics.setdefault(topic.casefold(), topic)
    if len(topics) > MOST_TOPICS:
        raise InvalidInput([Problem(at, f"Name at most {MOST_TOPICS}.")])
    if any(len(topic) > LONGEST_TOPIC for topic in topics.values()):
        raise InvalidInput([Problem(at, f"Shorten each to {LONGEST_TOPIC} characters.")])
    return list(topics.values())


def checked_expertise(rows: Sequence[tuple[str, str, str]]) -> dict[str, Level]:
    """Return levels by topic from rows (field, topic, level) as they were typed.

    A row without a topic or without a level is left out. Raises InvalidInput naming the
    field of each row whose level is unknown.
    """
    levels = set(Level)
    problems = [
        Problem(at, "Choose high, medium or low.")
        for at, topic, level in rows
        if topic.strip() and level and level not in levels
    ]
    if problems:
        raise InvalidInput(problems)
    named = [(topic, level) for _, topic, level in rows if topic.strip() and level]
    at = next((at for at, topic, _ in rows if len(topic) > LONGEST_TOPIC), "topics")
    topics = checked_topics([topic for topic, _ in named], at=at)
    level_of = {one_line(topic).casefold(): Level(level) for topic, level in reversed(named)}
    return {topic: level_of[topic.casefold()] for topic in sorted(topics, key=str.casefold)}


def with_topics(expertise: Mapping[str, Level], topics: Iterable[str]) -> dict[str, Level]:
    """Return levels for exactly these topics: what was declared stays, new ones are medium."""
    known = {topic.casefold(): level for topic, level in expertise.items()}
    return {topic: known.get(topic.casefold(), Level.MEDIUM) for topic in topics}


def checked_languages(typed: Iterable[str], *, tags: Mapping[str, str], at: str) -> list[str]:
    """Return the tags of languages that were typed by name or tag, each once.

    `tags` gives the tag by name and by itself, in small letters. Raises InvalidInput for
    the field `at` when a language is not known or there are too many.
    """
    words = [word for word in (one_line(one) for one in typed) if word]
    unknown = [word for word in words if word.casefold() not in tags]
    if unknown:
        sentence = (
            f"We do not know the language “{unknown[0][:LONGEST_TOPIC]}”. "
            "Write its English name, such as French or Swahili."
        )
        raise InvalidInput([Problem(at, sentence)])
    found = list(dict.fromkeys(tags[word.casefold()] for word in words))
    if len(found) > MOST_LANGUAGES:
        raise InvalidInput([Problem(at, f"Name at most {MOST_LANGUAGES}.")])
    return found
