"""The fields of a reviewer's profile: a level for each topic offered, own topics, languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fundapp.domain.errors import Problem
from fundapp.domain.reviewer_profiles import Level, Profile
from fundapp.queries.languages import language_name
from fundapp.web.forms.rows import Row, posted_rows
from fundapp.web.forms.typed import whole_number

LEVELS = (
    (Level.HIGH.value, "Expert"),
    (Level.MEDIUM.value, "I know it"),
    (Level.LOW.value, "A little"),
    ("", "Not mine"),
)
OWN_LEVELS = (("", "Choose"), *LEVELS[:-1])
OWN_COLUMNS = ("topic", "level")


@dataclass
class ProfileFields:
    """What the page shows: levels by offered topic, rows of own topics, languages as typed."""

    offered: list[tuple[str, str]]
    own: list[Row]
    languages: str
    version: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def row_problems(self) -> Mapping[str, str]:
        """Return the sentence of each cell of own topics that is to mend."""
        return {
            one.field.removeprefix("own-"): one.sentence
            for one in self.problems
            if one.field.startswith("own-")
        }

    def problems_at(self, name: str) -> list[str]:
        """Return the sentences about a field."""
        return [one.sentence for one in self.problems if one.field == name]

    def expertise(self) -> list[tuple[str, str, str]]:
        """Return rows (field, topic, level) as `checked_expertise` takes them."""
        known = [
            (f"known-{place}", topic, level) for place, (topic, level) in enumerate(self.offered)
        ]
        own = [
            (f"own-{place}-level", row["topic"], row["level"]) for place, row in enumerate(self.own)
        ]
        return known + own

    def unfinished(self) -> list[Problem]:
        """Return what is to mend in own rows: a topic without a level, or the other way."""
        problems = []
        for place, row in enumerate(self.own):
            if row["topic"].strip() and not row["level"]:
                sentence = "Choose how well, or remove the topic."
                problems.append(Problem(f"own-{place}-level", sentence))
            if row["level"] and not row["topic"].strip():
                problems.append(
                    Problem(f"own-{place}-topic", "Name the topic, or remove the line.")
                )
        return problems

    def language_list(self) -> list[str]:
        """Return the languages that were typed, parted by commas."""
        return self.languages.split(",")


def stored_fields(profile: Profile, offered: Sequence[str], *, version: int) -> ProfileFields:
    """Return the fields of a profile as it stands; topics not offered are the person's own."""
    levels = {topic.casefold(): level.value for topic, level in profile.expertise.items()}
    known = {topic.casefold() for topic in offered}
    own = [
        {"topic": topic, "level": level.value}
        for topic, level in profile.expertise.items()
        if topic.casefold() not in known
    ]
    return ProfileFields(
        offered=[(topic, levels.get(topic.casefold(), "")) for topic in offered],
        own=[*own, {"topic": "", "level": ""}],
        languages=language_names(profile),
        version=version,
    )


def posted_fields(posted: Mapping[str, str], offered: Sequence[str]) -> ProfileFields:
    """Return the fields as they were posted, for the topics offered now."""
    places = [name for name in posted if name.startswith("known-") and name.endswith("-topic")]
    level_of = {
        posted[name].casefold(): posted.get(name.removesuffix("-topic"), "") for name in places
    }
    return ProfileFields(
        offered=[(topic, level_of.get(topic.casefold(), "")) for topic in offered],
        own=posted_rows(posted, "own", OWN_COLUMNS),
        languages=posted.get("languages", ""),
        version=whole_number(posted.get("version", "")),
    )


def profile_lines(profile: Profile) -> list[tuple[str, str]]:
    """Return a profile as lines (words, topics or languages), to compare with one's own."""
    named = [
        (word, [topic for topic, level in profile.expertise.items() if level.value == value])
        for value, word in LEVELS
    ]
    lines = [(word, ", ".join(topics)) for word, topics in named if topics]
    return [*lines, ("Languages", language_names(profile) or "none")]


def language_names(profile: Profile) -> str:
    """Return the languages of a profile in English, parted by commas."""
    return ", ".join(language_name(tag) for tag in profile.languages)
