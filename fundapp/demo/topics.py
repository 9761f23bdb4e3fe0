"""What the invented applications are about, and what the invented reviewers know."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from fundapp.demo.projects import Project
from fundapp.demo.stage import Stage
from fundapp.domain.reviewer_profiles import Level
from fundapp.services.reviewer_profiles import save_profile

_MOST_TOPICS = 3
_WORDS: Mapping[str, tuple[str, ...]] = {
    "Agents and tool use": ("agent", "tool", "robot"),
    "Bias and fairness": ("bias", "credit", "machine marks", "left out", "refugee"),
    "Children and education": ("school", "children", "tutor"),
    "Dangerous capabilities": ("chemistry", "biology", "hide", "sandbag"),
    "Graders and benchmarks": ("grading", "benchmark", "audit", "published numbers", "distilled"),
    "Health and medicine": ("medical", "patient", "triage", "crisis", "disease", "doctor"),
    "Languages and cultures": ("dialect", "language", "translat", "yoruba", "sign language"),
    "Law and public services": ("legal", "tax", "town hall", "letters", "fines", "election"),
    "Manipulation and false information": ("deceive", "opinion", "false", "invent", "forged"),
    "Money and markets": ("market", "insurance", "pension", "money"),
    "Oversight and control": ("stop order", "reviewer notices", "cheat", "forget", "scope"),
    "Software and security": ("code", "faults", "security", "orders hidden", "files"),
    "Statistics of evaluations": ("samples", "how much", "how often", "confidence"),
}
_KNOWN: Mapping[str, Mapping[str, str]] = {
    "Strict Stella Marsh (sample)": {
        "Statistics of evaluations": "high",
        "Graders and benchmarks": "high",
        "Software and security": "medium",
    },
    "Nadia Perova (sample)": {
        "Dangerous capabilities": "high",
        "Oversight and control": "high",
        "Manipulation and false information": "medium",
        "Statistics of evaluations": "low",
    },
    "Tomas Even (sample)": {
        "Law and public services": "high",
        "Bias and fairness": "medium",
        "Money and markets": "medium",
    },
    "Mild Milo Hart (sample)": {
        "Health and medicine": "high",
        "Children and education": "high",
        "Bias and fairness": "medium",
        "Statistics of evaluations": "low",
    },
    "Aiko Brandt (sample)": {
        "Agents and tool use": "high",
        "Software and security": "high",
        "Oversight and control": "medium",
    },
    "Severe Sven Dahl (sample)": {
        "Statistics of evaluations": "high",
        "Graders and benchmarks": "medium",
        "Money and markets": "high",
    },
    "Gentle Gita Rao (sample)": {
        "Languages and cultures": "high",
        "Health and medicine": "medium",
        "Law and public services": "low",
    },
    "Omar Wills (sample)": {
        "Manipulation and false information": "high",
        "Languages and cultures": "medium",
        "Agents and tool use": "low",
    },
}


def topics_of(project: Project) -> list[str]:
    """Return the topics that a project names, one to three."""
    text = f"{project.title} {project.thing}".lower()
    found = [topic for topic, words in _WORDS.items() if any(word in text for word in words)]
    return found[:_MOST_TOPICS] or ["Statistics of evaluations"]


def describe(stage: Stage, session: Session, name: str) -> None:
    """Let a reviewer of the cast say what they can judge."""
    save_profile(
        session,
        stage.people[name],
        expertise={topic: Level(level) for topic, level in _KNOWN[name].items()},
        languages=["English"],
        version=0,
        actor=stage.actor(session, name),
        now=stage.now,
    )
