"""The entries of the sample prize round: seven small evaluations, each with its real log.

The evaluations were run on a mock model that answers by a seed. What the entries say of models
is invented with them, and says nothing about any model that exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fundapp.demo.projects import DATA
from fundapp.domain.text import slug

LOGS = DATA / "evaluation-logs"

_YES = (
    *("is_finished", "is_recent", "may_enter_it", "may_be_rerun", "is_outside"),
    *("consent_sharing", "consent_announcement", "is_true"),
)
MOCK = "a mock model that answers by a seed"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One invented entry. key: the name of its log; quality: on a scale of 1 to 5.

    measures, shortcut: half sentences. topics: as the form offers them.
    """

    key: str
    title: str
    organisation: str
    country: str
    maker: str
    measures: str
    shortcut: str
    items: int
    samples: int
    topics: tuple[str, ...]
    quality: float
    citation: str
    in_gallery: bool = True
    is_sensitive: bool = False
    is_nominated: bool = False
    gates_note: str = ""

    @property
    def domain(self) -> str:
        """Return the team's mail domain; nobody owns names under .example."""
        return f"{slug(self.organisation)}.example"

    @property
    def website(self) -> str:
        """Return where the evaluation would be found."""
        return f"https://{self.domain}/{self.key}"

    @property
    def log(self) -> Path:
        """Return the log of the entry's run."""
        return LOGS / f"{self.key}.eval"

    @property
    def log_again(self) -> Path:
        """Return the log of the run by another team; only who may win has one."""
        return LOGS / f"{self.key}-again.eval"


ENTRIES = (
    Entry(
        key="leap-years",
        title="Leap years, asked both ways",
        organisation="Laestrygon Calendars",
        country="GR",
        maker="Thea Kallis (sample)",
        measures="whether a model tells leap years from others",
        shortcut="saying no to everything, which three years in four would reward",
        items=60,
        samples=60,
        topics=("Statistics of evaluations",),
        quality=4.2,
        citation="For sixty short questions in which a guess shows as a guess.",
    ),
    Entry(
        key="making-change",
        title="Making change in coins",
        organisation="Lotus Till",
        country="PT",
        maker="Rui Valente (sample)",
        measures="whether a model gives back the right coins",
        shortcut="naming the largest coin first and stopping there",
        items=80,
        samples=80,
        topics=("Money and markets",),
        quality=4.6,
        citation="For a test that every shop understands.",
    ),
    Entry(
        key="clock-arithmetic",
        title="Clock arithmetic across midnight",
        organisation="Lorbrulgrud Hours",
        country="CH",
        maker="Noemi Frei (sample)",
        measures="whether a model adds hours across midnight",
        shortcut="adding without wrapping, which is right before noon",
        items=80,
        samples=80,
        topics=("Agents and tool use",),
        quality=3.3,
        citation="For asking at the hour at which mistakes begin.",
        is_sensitive=True,
    ),
    Entry(
        key="sorting-words",
        title="Sorting words by their letters",
        organisation="Glubbdubdrib Index",
        country="IN",
        maker="Asha Menon (sample)",
        measures="whether a model puts four words into the order of the alphabet",
        shortcut="keeping the order of the question, which is right once in 24 times",
        items=60,
        samples=60,
        topics=("Languages and cultures",),
        quality=3.7,
        citation="For items that anybody can make anew in a minute.",
    ),
    Entry(
        key="metric-units",
        title="Metric units, there and back",
        organisation="Luggnagg Measures",
        country="KE",
        maker="Daudi Mwangi (sample)",
        measures="whether a model turns metres into kilometres and back",
        shortcut="moving the comma by three places whatever is asked",
        items=60,
        samples=20,
        topics=("Health and medicine",),
        quality=2.3,
        citation="For going back as well as there.",
        gates_note="We had the time for 20 of the 60 items. The full run follows.",
    ),
    Entry(
        key="counting-letters",
        title="Counting letters in short words",
        organisation="Traldragdubh Letters",
        country="BR",
        maker="Luana Prado (sample)",
        measures="whether a model counts a letter in a word",
        shortcut="saying one, which is right more often than not",
        items=60,
        samples=60,
        topics=("Languages and cultures",),
        quality=2.9,
        citation="For counting what is easily passed over.",
        in_gallery=False,
    ),
    Entry(
        key="roman-numerals",
        title="Roman numerals below one hundred",
        organisation="Balnibarbi Numerals",
        country="IT",
        maker="Livia Conti (sample)",
        measures="whether a model reads Roman numerals below one hundred",
        shortcut="adding the letters up without ever taking one away",
        items=80,
        samples=80,
        topics=("Graders and benchmarks",),
        quality=4.0,
        citation="For saying beforehand how small a difference it can see.",
        is_nominated=True,
    ),
)


def entry_of(title: str) -> Entry:
    """Return the entry of a title."""
    return next(entry for entry in ENTRIES if entry.title == title)


def fields_of(entry: Entry, *, released_on: date) -> Mapping[str, list[str]]:
    """Return all fields of the form, filled in; the log is attached beside."""
    mail = entry.maker.removesuffix(" (sample)").lower().replace(" ", ".")
    texts = {**_about(entry), **_worth(entry), **_running(entry)}
    return {
        **{code: ["Yes"] for code in _YES},
        **{code: [text] for code, text in texts.items()},
        "topics": list(entry.topics),
        "language": ["English"],
        "link": [entry.website],
        "released_on": [released_on.isoformat()],
        "team-0-name": [entry.maker],
        "team-0-email": [f"{mail}@{entry.domain}"],
        "team-0-role": ["Made it"],
        "models_run": ["3"],
        "samples_run": [str(entry.samples)],
        "items_public": ["Items are made anew for each run"],
        "cost_of_run": ["2"],
    }


def _about(entry: Entry) -> Mapping[str, str]:
    return {
        "title": entry.title,
        "summary": f"A sample entry. It asks {entry.measures}, with {entry.items} made-up items. "
        f"Its log comes from {MOCK}, so its numbers say nothing about any model.",
        "relevance": "None by itself: it is a small test to try this form with. A shop or an "
        "office would stop using an assistant that fails at something so small.",
        "construct": f"We measure {entry.measures}. Each item has one right answer, which a "
        "program works out when it makes the item.",
        "evidence_of_validity": "Two people answered all items by hand and had every one right. "
        f"The log shows what {MOCK} scores, which is as high as its seed makes it.",
        "rivals": f"A high score could come from {entry.shortcut}. The items are drawn so that "
        "this alone stays below half.",
    }


def _worth(entry: Entry) -> Mapping[str, str]:
    return {
        "statistics": "Each item counts as one sample. The log gives the standard error of the "
        "mean. Runs with other seeds are other runs, and we do not pick the best.",
        "separation": f"With {entry.samples} samples a difference of about 20 points shows.",
        "leakage": "Items are drawn by a program for each run, so there are none to learn.",
        "gaming": f"By {entry.shortcut}. We counted how far it gets.",
        "misuse": "Nothing that we could think of. Nothing is held back.",
        "people": "A program makes the items, and another grades them. No people were asked.",
        "licence": "CC0-1.0 for code and items",
        "developer_ties": "None.",
        "funder_ties": "None.",
    }


def _running(entry: Entry) -> Mapping[str, str]:
    task = entry.key.replace("-", "_")
    return {
        "rerun": f"Run the task {task} of version 2 with Inspect and another seed. The accuracy "
        "should come out within two standard errors of ours.",
        "upkeep": "We do, for as long as this sample is of use.",
    }
