"""Facts of evaluation logs that can stand beside a criterion, and what warnings bear on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class EvidenceFact(StrEnum):
    """One kind of fact that a log may tell."""

    RESULTS = "results"
    SAMPLES = "samples"
    UNCERTAINTY = "uncertainty"
    MODELS = "models"
    GRADER = "grader"
    REVISION = "revision"
    STATUS = "status"
    DATES = "dates"
    COST = "cost"


FACT_LABELS: Mapping[EvidenceFact, str] = {
    EvidenceFact.RESULTS: "Results",
    EvidenceFact.SAMPLES: "Samples run",
    EvidenceFact.UNCERTAINTY: "Uncertainty",
    EvidenceFact.MODELS: "Models",
    EvidenceFact.GRADER: "Who judged the answers",
    EvidenceFact.REVISION: "Code and its state",
    EvidenceFact.STATUS: "How the run ended",
    EvidenceFact.DATES: "When it was run",
    EvidenceFact.COST: "What it took",
}

BEARING: Mapping[EvidenceFact, frozenset[str]] = {
    EvidenceFact.RESULTS: frozenset({"no_scores", "not_a_number", "unsupported_claim"}),
    EvidenceFact.SAMPLES: frozenset(
        {"single_sample", "partial_dataset", "dataset_size_contradicts", "samples_failed"}
    ),
    EvidenceFact.UNCERTAINTY: frozenset({"single_sample", "one_epoch", "no_stderr"}),
    EvidenceFact.MODELS: frozenset({"unsupported_claim"}),
    EvidenceFact.GRADER: frozenset({"self_judged"}),
    EvidenceFact.REVISION: frozenset({"dirty", "no_revision", "no_versions"}),
    EvidenceFact.STATUS: frozenset({"not_success", "samples_failed"}),
    EvidenceFact.DATES: frozenset({"before_opening", "duplicate_log"}),
    EvidenceFact.COST: frozenset(),
}
"""Codes of warnings (evidence/warnings) that say something about a fact."""

NO_EVIDENCE = "none"
"""What a reviewer ticks who found none; as a field of the form."""


@dataclass(frozen=True, order=True)
class LogPointer:
    """One log of one attached file, by its place in the file."""

    attachment_id: UUID
    log: int

    @property
    def as_field(self) -> str:
        """Return it as a form sends it."""
        return f"{self.attachment_id}:{self.log}"


def pointer_of(text: str) -> LogPointer | None:
    """Return the pointer that `as_field` wrote, None for anything else."""
    attachment, _, log = text.partition(":")
    try:
        pointer = LogPointer(UUID(attachment), int(log))
    except ValueError:
        return None
    return pointer if pointer.log >= 0 and pointer.as_field == text else None


def known_facts(codes: Iterable[str]) -> tuple[EvidenceFact, ...]:
    """Return the facts among `codes`, in their own order; what is no fact is left out."""
    wanted = set(codes)
    return tuple(fact for fact in EvidenceFact if fact.value in wanted)


def bears_on(code: str, facts: Iterable[EvidenceFact]) -> bool:
    """Tell whether a warning says something about one of these facts."""
    return any(code in BEARING[fact] for fact in facts)
