"""Answers of an invented application to the form of the seed grants."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from fundapp.demo.projects import Project
from fundapp.demo.topics import topics_of
from fundapp.domain.text import slug

Fields = Mapping[str, list[str]]
"""Posted fields by name, as a form sends them."""

_YES = (
    *("is_registered", "measures_others", "is_small", "is_separate", "will_publish"),
    *("consent_sharing", "is_true"),
)
FIRST_NAMES = [
    "Ada",
    "Bela",
    "Chidi",
    "Dalia",
    "Emre",
    "Farah",
    "Goran",
    "Hanna",
    "Ines",
    "Jonas",
    "Kofi",
    "Lena",
    "Mira",
    "Noor",
    "Otto",
    "Pia",
    "Quin",
    "Rafa",
    "Sana",
    "Tariq",
    "Uma",
    "Vera",
    "Wafa",
    "Xenia",
    "Yusuf",
    "Zora",
]
LAST_NAMES = [
    "Abara",
    "Berg",
    "Castell",
    "Dlamini",
    "Endo",
    "Ferro",
    "Greco",
    "Haas",
    "Imani",
    "Jansen",
    "Kaya",
    "Lund",
    "Moreau",
    "Nkosi",
    "Okeke",
    "Petrov",
    "Quist",
    "Rossi",
    "Santos",
    "Tran",
    "Umarov",
    "Varga",
    "Weiss",
    "Xu",
    "Yilmaz",
    "Zeman",
]


def person_name(chance: Random) -> str:
    """Return an invented name, marked as such."""
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)} (sample)"


def answers_of(project: Project, chance: Random, *, begins_on: date) -> dict[str, list[str]]:
    """Return all fields of the form, filled in. The same `chance`, the same answers."""
    months = chance.randint(9, 18)
    samples = chance.choice((40, 60, 90, 120, 180))
    return {
        **{code: ["Yes"] for code in _YES},
        **_texts(project, months=months, samples=samples),
        "topics": topics_of(project),
        "language": ["English"],
        "begins_on": [begins_on.isoformat()],
        "months": [str(months)],
        "samples_run": [str(samples)],
        "openness": ["Report and results", "Code", "Items, a part of them"],
        **_team(project, chance),
        **_milestones(months, begins_on),
        **_budget(chance, months=months),
    }


def in_currency(fields: Fields, currency: str, *, per_euro: int) -> dict[str, list[str]]:
    """Return the fields with all sums in `currency`, so many of it for a euro."""

    def is_sum(name: str) -> bool:
        return name in {"amount", "cost_of_run"} or name.endswith("-price")

    sums = {
        name: [str(int(text) * per_euro) for text in fields[name]]
        for name in fields
        if is_sum(name)
    }
    return {**fields, **sums, "amount-currency": [currency]}


def _texts(project: Project, *, months: int, samples: int) -> dict[str, list[str]]:
    thing, harm, task = project.thing, project.harm, project.task
    texts = {
        "title": project.title,
        "summary": f"We measure {thing}. Today {harm}, and nobody can say how often. "
        f"We {task}, publish the rates with their intervals, and give {project.users} a "
        f"number that they can act on. The work takes {months} months.",
        "track_record": "Two of us built a public test for reading machines and kept it up for "
        "three years. After release we withdrew 41 items that turned out to be ambiguous and "
        "published why. Four teams that we do not know use it.",
        "skills_missing": "We have no statistician who works on sequential designs. One joins "
        "for six weeks; the letter of intent is signed.",
        "risk": f"The path to harm is short: {harm}. It begins where {thing} is taken for "
        "granted because no number says otherwise. People meet it without knowing, and those "
        "who decide hear of single cases only.\n\nWe follow one path from system to person, "
        "and measure the step that everybody assumes.",
        "gap": f"We looked for measurements of {thing} in public registers of evaluations and "
        "in two years of papers. Five came near. None reports how many people are concerned, "
        "three cover English only, and two cannot be repeated because items are gone.",
        "use": f"The first users are {project.users}. Two of them told us the threshold at "
        "which they would decide otherwise: one failure in 200 would stop a purchase, one in "
        "50 would stop use. We report where each system stands against both.",
        "method": f"We {task}. Each answer is graded by two people who do not know the system, "
        "and by a fixed program; where they differ a third person decides. Grades become a "
        "rate per system, with an interval that covers items, runs and graders.\n\nItems come "
        f"from people who speak {project.languages}. A third is kept private and renewed "
        "every half year, so that a better score still means a better system.",
        "rivals": "The number could show how prompts are written, not the thing: each item has "
        "three wordings. It could show refusals: they are counted on their own. It could show "
        "memory: the private third is compared with the public part. It could show a lenient "
        "grader: every tenth answer is graded again, blind.",
        "statistics": "To see a difference of 3 points at a base rate of 20 per cent with power "
        "0.9 we need 1,100 items per system in a paired design, and three runs each. The pilot "
        "gives a variance between runs of 0.8 points.",
        "pilot": f"We ran {samples} items on two open models. Rates were 14 and 23 per cent, "
        "with intervals of plus and minus 6 points. Graders agreed on 91 per cent. Seven items "
        "were bad and are described in our notes.",
        "access": "We need four open models, which anybody can run, and two commercial ones by "
        "their public interface. No developer has to agree. The people who write items have "
        "said yes; three partners host the readings.",
        "obstacles": "A model may be withdrawn in the middle: then its row ends with a note. "
        "Writers may be slow: half of the items are enough for the first result. If graders "
        "agree on less than 85 per cent we stop and rewrite the guide.",
        "other_funding": "Nobody. A small prize of last year paid for the pilot.",
        "languages": f"{project.languages}. Two of the team grew up with them, and every item "
        "is checked by somebody who uses the language at work.",
        "who_gains": f"People for whom it matters today, because {harm}; and {project.users}, "
        "who get a yearly page of two sides, a call with questions, and the data.",
        "held_back": "The private third of the items, seen by us and by whoever repeats the "
        "work and signs for it. Nothing else.",
        "developer_ties": "None. We pay for model access at the public price.",
        "funder_ties": "None.",
    }
    return {code: [text] for code, text in texts.items()}


def _team(project: Project, chance: Random) -> dict[str, list[str]]:
    parts = ("Leads the work", "Measurement and statistics", "Items and languages", "Software")
    fields: dict[str, list[str]] = {}
    names = set[str]()
    for row, part in enumerate(parts[: chance.randint(2, 4)]):
        name = person_name(chance)
        while name in names:
            name = person_name(chance)
        names.add(name)
        address = f"{slug(name.removesuffix(' (sample)')).replace('-', '.')}@{project.domain}"
        fields |= {
            f"team-{row}-name": [name],
            f"team-{row}-email": [address],
            f"team-{row}-role": [part],
        }
    return fields


def _milestones(months: int, begins_on: date) -> dict[str, list[str]]:
    steps = (
        ("Guide for graders and 300 items", 0.25, "Items and guide are public"),
        ("First result on four models", 0.6, "Report with logs of all runs"),
        ("Full result, code and data", 1.0, "A stranger repeats one tenth of it"),
    )
    fields: dict[str, list[str]] = {}
    for row, (step, share, proof) in enumerate(steps):
        due = begins_on + timedelta(days=round(months * 30.4 * share))
        fields |= {
            f"milestones-{row}-step": [step],
            f"milestones-{row}-due_on": [due.isoformat()],
            f"milestones-{row}-proof": [proof],
        }
    return fields


def _budget(chance: Random, *, months: int) -> dict[str, list[str]]:
    """Lines in whole euros that add up to the sum asked for."""
    lines = (
        ("Month of a researcher", months, chance.randrange(4_200, 6_400, 100)),
        ("Month of an engineer, half time", months, chance.randrange(2_000, 3_000, 100)),
        ("Writers and readers of items, per 100 items", 12, chance.randrange(300, 900, 50)),
        ("Computing and model access", 1, chance.randrange(6_000, 24_000, 500)),
        ("Travel and readings with partners", 1, chance.randrange(2_000, 9_000, 500)),
    )
    fields: dict[str, list[str]] = {}
    for row, (what, quantity, price) in enumerate(lines):
        fields |= {
            f"budget-{row}-what": [what],
            f"budget-{row}-quantity": [str(quantity)],
            f"budget-{row}-price": [str(price)],
        }
    total = sum(quantity * price for _, quantity, price in lines)
    return fields | {"amount": [str(total)], "cost_of_run": [str(chance.randrange(300, 1_800, 20))]}
