"""Many documents at once, in processes of their own.

The processes come from a fork server: it starts clean, loads the engine once and forks. So
neither the threads, nor the database connections, nor the locks of the calling process are
inherited. A document that takes too long or too much memory kills only its process.
"""

import resource
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

from fundapp.documents.printing import pdf_of, process_renderer
from fundapp.domain.errors import DocumentFailed
from fundapp.queries.document_rows import PrintedRow

CPU_SECONDS = 120
"""Most processor time of one document; a letter takes a third of a second."""

MEMORY_BYTES = 2_000_000_000
"""Most address space of one process; a letter takes about 100 MB of memory."""

DOCUMENTS_PER_PROCESS = 250
_AHEAD = 4


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One row's outcome: its PDF, or a sentence that says why there is none."""

    row: PrintedRow
    pdf: bytes | None
    problem: str = ""


def print_all(rows: Iterable[PrintedRow], *, processes: int = 2) -> Iterator[Printed]:
    """Yield the outcome of each row in the order of `rows`; one that fails stops no other.

    Reads only a few rows ahead of what was yielded. The bytes are those that one
    renderer in one process would give.
    """
    waiting = iter(rows)
    in_work: deque[tuple[PrintedRow, Future[bytes]]] = deque()
    pool = _new_pool(processes)
    try:
        while True:
            for row in islice(waiting, _AHEAD * processes - len(in_work)):
                in_work.append((row, pool.submit(_print, row)))
            if not in_work:
                return
            row, future = in_work.popleft()
            outcome = _outcome(row, future)
            if outcome is None:
                # Some document killed its process, and took all that was in work with it.
                # This one is tried alone, so that it can only hurt itself.
                pool.shutdown(cancel_futures=True)
                outcome = _alone(row)
                pool = _new_pool(processes)
                in_work = deque((row, pool.submit(_print, row)) for row, _ in in_work)
            yield outcome
    finally:
        pool.shutdown(cancel_futures=True)


def _new_pool(processes: int) -> ProcessPoolExecutor:
    context = get_context("forkserver")
    context.set_forkserver_preload(["weasyprint", __name__])
    return ProcessPoolExecutor(
        processes,
        mp_context=context,
        initializer=_begin,
        max_tasks_per_child=DOCUMENTS_PER_PROCESS,
    )


def _outcome(row: PrintedRow, future: "Future[bytes]") -> Printed | None:
    """Return the outcome, or None where a killed process took the answer with it."""
    try:
        return Printed(row=row, pdf=future.result())
    except DocumentFailed as error:
        return Printed(row=row, pdf=None, problem=str(error))
    except BrokenProcessPool:
        return None
    except Exception as error:  # noqa: BLE001 - whatever one document hits must not stop the rest
        problem = f"{row.reference} could not be printed: {type(error).__name__}: {error}"
        return Printed(row=row, pdf=None, problem=problem)


def _alone(row: PrintedRow) -> Printed:
    with _new_pool(1) as pool:
        outcome = _outcome(row, pool.submit(_print, row))
    too_much = (
        f"{row.reference} could not be printed: it took more than {CPU_SECONDS} seconds or "
        f"{MEMORY_BYTES // 1_000_000:,} MB. Shorten its texts and issue it again."
    )
    return outcome or Printed(row=row, pdf=None, problem=too_much)


def _begin() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))


def _print(row: PrintedRow) -> bytes:
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    return pdf_of(process_renderer(), row)
