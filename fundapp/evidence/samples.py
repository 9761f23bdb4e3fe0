"""The samples of a log, one at a time: what was asked, what came back, how it was scored.

Everything in them is untrusted text. A log is opened in memory, within the bounds of `archives`
and `safe_json`; a member is read when its sample is looked at, never all of them into a page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fundapp.evidence.archives import Archive, is_archive
from fundapp.evidence.helm_samples import helm_samples
from fundapp.evidence.inspect_logs import is_inspect_archive, is_inspect_log
from fundapp.evidence.inspect_samples import inspect_sample, inspect_summaries
from fundapp.evidence.lm_eval import is_lm_eval_samples
from fundapp.evidence.lm_eval_samples import lm_eval_sample
from fundapp.evidence.record import EvidenceRefused, RefusalCode
from fundapp.evidence.safe_json import listing, mapping, parse_json
from fundapp.evidence.sample import Sample

MOST_SAMPLES = 100_000
MOST_FOUND = 200
_SAMPLES = "samples/"
_HELM_STATE = "scenario_state.json"
NO_SAMPLES = "This log holds no samples, only results."


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found: places of samples from 0. is_cut: there may be more."""

    places: tuple[int, ...]
    is_cut: bool = False


class SampleLog:
    """The samples of one log, by their place from 0."""

    def __init__(self, ids: Sequence[str], read: Callable[[int], Sample]) -> None:
        self.ids = ids
        self._read = read

    def __len__(self) -> int:
        return len(self.ids)

    def at(self, place: int) -> Sample:
        """Return one sample. Raises IndexError, or EvidenceRefused where it is damaged."""
        if not 0 <= place < len(self.ids):
            raise IndexError(place)
        return self._read(place)

    def search(self, words: str, *, only_wrong: bool = False) -> Found:
        """Return the places of samples that hold all `words`, whatever their case.

        only_wrong: of those alone that a scorer found wrong or that ended with an error. Reading
        stops where the archive has given as much as it may; then the search is cut.
        """
        wanted = words.casefold().split()
        places: list[int] = []
        for place in range(len(self.ids)):
            try:
                sample = self._read(place)
            except EvidenceRefused as refusal:
                if refusal.code is RefusalCode.TOO_LARGE:
                    return Found(places=tuple(places), is_cut=True)
                continue
            if only_wrong and not sample.is_wrong:
                continue
            text = sample.all_text.casefold()
            if all(word in text for word in wanted):
                places.append(place)
            if len(places) == MOST_FOUND:
                return Found(places=tuple(places), is_cut=place + 1 < len(self.ids))
        return Found(places=tuple(places))


def open_samples(content: bytes, *, inner: str = "") -> SampleLog:
    """Return the samples of the log in `content`; `inner` names a member of a collection.

    Raises EvidenceRefused, with NO_SAMPLES for a log that has none.
    """
    if inner:
        archive = Archive(content)
        if inner not in archive.names:
            raise EvidenceRefused(RefusalCode.NOT_A_LOG, NO_SAMPLES)
        return open_samples(archive.read(inner))
    if is_archive(content):
        return _from_archive(Archive(content))
    if is_lm_eval_samples(content):
        return _from_lines(content)
    data = parse_json(content)
    if is_inspect_log(data):
        return _from_rows(listing(mapping(data).get("samples")), inspect_sample)
    if "request_states" in mapping(data):
        return _of(helm_samples(data))
    raise EvidenceRefused(RefusalCode.NOT_A_LOG, NO_SAMPLES)


def _from_archive(archive: Archive) -> SampleLog:
    if is_inspect_archive(archive):
        members = [
            name for name in archive.names if name.startswith(_SAMPLES) and name.endswith(".json")
        ]
        known = inspect_summaries(archive)
        ids = [known.get(name, name.removeprefix(_SAMPLES)[:-5]) for name in members]
        return _checked(ids, lambda place: inspect_sample(parse_json(archive.read(members[place]))))
    states = [name for name in archive.names if name.rpartition("/")[2] == _HELM_STATE]
    if states:
        return _of(helm_samples(parse_json(archive.read(states[0]))))
    raise EvidenceRefused(RefusalCode.NOT_A_LOG, NO_SAMPLES)


def _from_lines(content: bytes) -> SampleLog:
    lines = [line for line in content.splitlines() if line.strip()]

    def read(place: int) -> Sample:
        return lm_eval_sample(parse_json(lines[place]))

    return _checked([str(place + 1) for place in range(len(lines))], read)


def _from_rows(rows: Sequence[Any], make: Callable[[Any], Sample]) -> SampleLog:
    ids = [make(row).name for row in rows[: MOST_SAMPLES + 1]]
    return _checked(ids, lambda place: make(rows[place]))


def _of(samples: Iterator[Sample]) -> SampleLog:
    found = [sample for _, sample in zip(range(MOST_SAMPLES + 1), samples, strict=False)]
    return _checked([sample.name for sample in found], found.__getitem__)


def _checked(ids: Sequence[str], read: Callable[[int], Sample]) -> SampleLog:
    if not ids:
        raise EvidenceRefused(RefusalCode.NOT_A_LOG, NO_SAMPLES)
    if len(ids) > MOST_SAMPLES:
        raise EvidenceRefused(
            RefusalCode.TOO_LARGE, f"The log has over {MOST_SAMPLES:,} samples, too many to show."
        )
    return SampleLog(ids, read)
