"""Recognises logs by their content and reads them; many files at once, one bad one stops none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fundapp.evidence.archives import Archive, ArchiveLimits, is_archive
from fundapp.evidence.every_eval_ever import is_every_eval_ever, read_every_eval_ever
from fundapp.evidence.helm import HelmParts, part_of_helm, read_helm
from fundapp.evidence.inspect_logs import (
    is_inspect_archive,
    is_inspect_log,
    read_inspect_archive,
    read_inspect_log,
)
from fundapp.evidence.lm_eval import (
    is_lm_eval_results,
    is_lm_eval_samples,
    read_lm_eval_results,
    read_lm_eval_samples,
)
from fundapp.evidence.record import EvidenceRecord, EvidenceRefused, RefusalCode
from fundapp.evidence.safe_json import parse_json

NOT_A_LOG = (
    "This is no evaluation log that we know. Bring a log of Inspect (.eval or .json), results of "
    "lm-evaluation-harness, a run folder of HELM, or a file of Every Eval Ever."
)
_HELM_FILES = {"run_spec.json": "run_spec", "scenario.json": "scenario", "stats.json": "stats"}
_MOST_LOGS = 50


@dataclass(frozen=True, kw_only=True)
class ReadEvidence:
    """What came of one log: its record, or why it was refused.

    name: of the file, or of the first of several that make one run. sha256: of its bytes; of
    those of all its files in the order of their kinds where there are several.
    """

    name: str
    sha256: str
    record: EvidenceRecord | None = None
    refusal: EvidenceRefused | None = None


@dataclass(frozen=True)
class _Part:
    name: str
    kind: str
    content: bytes
    data: Any


def read_evidence(files: Sequence[tuple[str, bytes]]) -> list[ReadEvidence]:
    """Read named files. The files of one HELM run make one result; so does an archive of them."""
    found: list[ReadEvidence] = []
    parts: list[_Part] = []
    for name, content in files:
        try:
            read = _read(name, content)
        except EvidenceRefused as refusal:
            found.append(ReadEvidence(name=name, sha256=_hash(content), refusal=refusal))
        else:
            if isinstance(read, _Part):
                parts.append(read)
            else:
                found.extend(read)
    found.extend(_runs_of_helm(parts))
    places = {name: place for place, (name, _) in reversed(list(enumerate(files)))}
    return sorted(found, key=lambda one: places.get(one.name.partition("!")[0], len(files)))


def _read(name: str, content: bytes) -> list[ReadEvidence] | _Part:
    if is_archive(content):
        return _read_archive(name, content)
    if is_lm_eval_samples(content):
        return [_done(name, content, read_lm_eval_samples(content))]
    if content.lstrip()[:1] not in {b"{", b"["} and not content.startswith(b"\xef\xbb\xbf"):
        raise EvidenceRefused(RefusalCode.NOT_A_LOG, NOT_A_LOG)
    data = parse_json(content)
    kind = part_of_helm(data)
    if kind is not None:
        return _Part(name, kind, content, data)
    return [_done(name, content, _record_of(data))]


def _record_of(data: Any) -> EvidenceRecord:
    if is_inspect_log(data):
        return read_inspect_log(data)
    if is_lm_eval_results(data):
        return read_lm_eval_results(data)
    if is_every_eval_ever(data):
        return read_every_eval_ever(data)
    raise EvidenceRefused(RefusalCode.NOT_A_LOG, NOT_A_LOG)


def _read_archive(name: str, content: bytes) -> list[ReadEvidence]:
    archive = Archive(content)
    if is_inspect_archive(archive):
        return [_done(name, content, read_inspect_archive(archive))]
    helm = {
        kind: member
        for member in archive.names
        if (kind := _HELM_FILES.get(member.rpartition("/")[2])) is not None
    }
    if "run_spec" in helm:
        parts = [
            _Part(name, kind, b"", parse_json(archive.read(member)))
            for kind, member in helm.items()
        ]
        return [_done(name, content, read_helm(_together(parts)))]
    return _read_members(name, archive)


def _read_members(name: str, archive: Archive) -> list[ReadEvidence]:
    """Read an archive that carries logs. Archives inside of it may be logs, not collections."""
    members = [one for one in archive.names if one.endswith((".json", ".jsonl", ".eval"))]
    if not members:
        raise EvidenceRefused(RefusalCode.NOT_A_LOG, NOT_A_LOG)
    if len(members) > _MOST_LOGS:
        text = f"The archive holds over {_MOST_LOGS} logs. Bring at most that many at once."
        raise EvidenceRefused(RefusalCode.TOO_LARGE, text)
    found: list[ReadEvidence] = []
    for member in members:
        inner = f"{name}!{member}"
        content = archive.read(member)
        try:
            found.append(_done(inner, content, _inner_record(content)))
        except EvidenceRefused as refusal:
            found.append(ReadEvidence(name=inner, sha256=_hash(content), refusal=refusal))
    if all(one.record is None for one in found):
        raise found[0].refusal or EvidenceRefused(RefusalCode.NOT_A_LOG, NOT_A_LOG)
    return found


def _inner_record(content: bytes) -> EvidenceRecord:
    if is_archive(content):
        archive = Archive(content, limits=ArchiveLimits(total_size=20_000_000))
        if is_inspect_archive(archive):
            return read_inspect_archive(archive)
        raise EvidenceRefused(RefusalCode.NOT_A_LOG, NOT_A_LOG)
    if is_lm_eval_samples(content):
        return read_lm_eval_samples(content)
    return _record_of(parse_json(content))


def _runs_of_helm(parts: Sequence[_Part]) -> list[ReadEvidence]:
    """Return one result for the parts named together, one refusal for parts without the run."""
    if not parts:
        return []
    first = parts[0].name
    whole = _hash(b"".join(part.content for part in sorted(parts, key=lambda part: part.kind)))
    kinds = [part.kind for part in parts]
    if "run_spec" not in kinds or len(set(kinds)) < len(kinds):
        text = (
            "A run of HELM needs its run_spec.json beside stats.json and scenario.json."
            if "run_spec" not in kinds
            else "These are files of several runs of HELM. Bring each run as a ZIP of its own."
        )
        refusal = EvidenceRefused(RefusalCode.NOT_A_LOG, text)
        return [ReadEvidence(name=first, sha256=whole, refusal=refusal)]
    return [ReadEvidence(name=first, sha256=whole, record=read_helm(_together(parts)))]


def _together(parts: Sequence[_Part]) -> HelmParts:
    by_kind: Mapping[str, Any] = {part.kind: part.data for part in parts}

    def an_object(kind: str) -> Mapping[str, Any]:
        found = by_kind.get(kind)
        return found if isinstance(found, dict) else {}

    stats = by_kind.get("stats")
    return HelmParts(
        run_spec=an_object("run_spec"),
        scenario=an_object("scenario"),
        stats=stats if isinstance(stats, list) else [],
    )


def _done(name: str, content: bytes, record: EvidenceRecord) -> ReadEvidence:
    return ReadEvidence(name=name, sha256=_hash(content), record=record)


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
