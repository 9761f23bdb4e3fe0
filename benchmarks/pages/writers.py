"""Many people save at once: who is refused, and how long does the unluckiest wait?"""

from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic

from benchmarks.pages.client import ask
from benchmarks.pages.flows import Flows, Side

WRITERS = 32
LONGEST_WAIT = 1.0


@dataclass
class Written:
    """What 32 writers met. waits in seconds; refused: any answer but "saved"."""

    seconds: float
    waits: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def is_good(self) -> bool:
        """Tell whether none was refused and none waited too long."""
        return self.refused == 0 and max(self.waits) <= LONGEST_WAIT


def write_at_once(flows: Flows, port: int, *, seconds: float) -> Written:
    """Save reviews without pause for so many seconds, by 32 clients with a review each."""
    written, lock = Written(seconds), Lock()
    end = monotonic() + seconds

    def note(waited: float, is_refused: bool) -> None:
        with lock:
            written.waits.append(waited)
            written.refused += is_refused

    def write() -> None:
        while monotonic() < end:
            for step in flows.save(Side.OURS):
                note(*_ask(port, step.request, wanted=step.wanted))

    clients = [Thread(target=write) for _ in range(WRITERS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return written


def _ask(port: int, request: bytes, *, wanted: int) -> tuple[float, bool]:
    begun = monotonic()
    try:
        status = ask(port, request).status
    except OSError:
        status = 0
    return monotonic() - begun, status != wanted
