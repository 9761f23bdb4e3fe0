"""All printing: documents are made in processes of their own, each within its limits.

A pool starts one program (`press`), which loads the engine and forks the presses; they stay warm
between jobs. A document that takes too long or too much kills only its own press, is reported
with the reason, and the next document gets a new press in some milliseconds.
"""

import atexit
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from threading import BoundedSemaphore, Lock
from typing import TypeVar

from fundapp.documents.limits import Limits, limits_of
from fundapp.documents.press import END, FAILED, FORK, MEMORY, PRINTED
from fundapp.documents.printing import print_row
from fundapp.queries.document_rows import PrintedRow

Row = TypeVar("Row", bound=PrintedRow)

DOCUMENTS_PER_PRESS = 250
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
    in_work: deque[Future[Printed]] = deque()
    with ThreadPoolExecutor(processes, thread_name_prefix="printing") as threads:
        try:
            while True:
                for row in islice(waiting, _AHEAD * processes - len(in_work)):
                    in_work.append(threads.submit(print_one, row))
                if not in_work:
                    return
                yield in_work.popleft().result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def print_one(row: PrintedRow) -> Printed:
    """Return the outcome of one row. Waits where all presses are at work."""
    return _POOL.run(print_row, row, limits_of(row))


@dataclass
class _Press:
    connection: Connection
    pid: int
    documents: int = 0

    def ask(self, job: tuple[object, PrintedRow], limits: Limits) -> bytes:
        """Return the answer; OSError or EOFError where it died, TimeoutError where it is late."""
        self.connection.send(limits)
        self.connection.send(job)
        if not self.connection.poll(limits.wall_seconds):
            raise TimeoutError
        self.documents += 1
        return self.connection.recv_bytes()


class Pool:
    """At most `most` presses of one program, which starts with the first document."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._begin()

    def _begin(self) -> None:
        self._lock = Lock()
        self._free = BoundedSemaphore(self.most)
        self._idle: list[_Press] = []
        self._program: subprocess.Popen[bytes] | None = None
        self._control: Connection | None = None

    def run(self, function: Callable[[Row], bytes], row: Row, limits: Limits) -> Printed:
        """Return what `function` makes of `row` in a press, within `limits`.

        The press must be able to import the function and the row's class.
        """
        with self._free:
            try:
                press = self._take()
            except (OSError, EOFError):
                return _failed(row, "the printing program did not start", _TELL)
            try:
                answer = press.ask((function, row), limits)
            except BaseException as error:
                status = self._end(press)
                if not isinstance(error, OSError | EOFError):
                    raise
                is_late = isinstance(error, TimeoutError)
                return _failed(row, *(_late(limits) if is_late else _death(status, limits)))
            if answer[:1] in {PRINTED, FAILED} and press.documents < DOCUMENTS_PER_PRESS:
                with self._lock:
                    self._idle.append(press)
            else:
                self._end(press)
            return _outcome(row, answer, limits)

    def close(self) -> None:
        """End the program and its presses; the next document would start it again."""
        with self._lock:
            self._close_lines()
            if self._program is not None:
                self._program.wait()
                self._program = None

    def forget(self) -> None:
        """Leave the program to the process that this one was forked from."""
        self._close_lines()
        if self._program is not None:
            self._program.returncode = 0
        self._begin()

    def _close_lines(self) -> None:
        for press in self._idle:
            press.connection.close()
        self._idle.clear()
        if self._control is not None:
            self._control.close()
            self._control = None

    def _take(self) -> _Press:
        with self._lock:
            while self._idle:
                press = self._idle.pop()
                if not press.connection.poll():
                    return press
                # Something to read before anything was asked: it died at rest.
                self._order_end(press)
            if self._control is not None:
                try:
                    return self._order_press(self._control)
                except (OSError, EOFError):
                    self._control.close()
            self._control = self._start()
            return self._order_press(self._control)

    def _start(self) -> Connection:
        if self._program is not None:
            self._program.kill()
            self._program.wait()
        ours, theirs = socket.socketpair()
        with theirs:
            self._program = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", "fundapp.documents.press", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # A thread's arena alone would reserve 64 MB of the address space that is limited.
                env=os.environ | {"PYTHONPATH": _path(), "MALLOC_ARENA_MAX": "1"},
            )
        return Connection(ours.detach())

    def _order_press(self, control: Connection) -> _Press:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            control.send_bytes(FORK)
            send_handle(control, theirs.fileno(), None)
            pid = control.recv()
            return _Press(Connection(ours.detach()), pid)

    def _end(self, press: _Press) -> int:
        with self._lock:
            return self._order_end(press)

    def _order_end(self, press: _Press) -> int:
        """Return the status that the press ended with; 0 where its program is gone, too."""
        press.connection.close()
        if self._control is None:
            return 0
        try:
            self._control.send_bytes(END + str(press.pid).encode())
            return int(self._control.recv())
        except (OSError, EOFError):
            with suppress(ProcessLookupError):
                os.kill(press.pid, signal.SIGKILL)
            return 0


def _path() -> str:
    return os.pathsep.join(folder for folder in sys.path if folder)


_SHORTEN = "Shorten its texts, then print it again"
_AGAIN = "Print it again; if it fails once more, shorten its texts"
_TELL = "Tell the people who run this system"


def _outcome(row: PrintedRow, answer: bytes, limits: Limits) -> Printed:
    kind, content = answer[:1], answer[1:]
    if kind == PRINTED:
        return Printed(row=row, pdf=content)
    if kind == FAILED:
        return Printed(row=row, pdf=None, problem=content.decode())
    if kind == MEMORY:
        return _failed(row, *_too_large(limits))
    return _failed(row, content.decode(), _TELL)


def _death(status: int, limits: Limits) -> tuple[str, str]:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU:
        return f"it takes more than {limits.cpu_seconds} seconds of processor time", _SHORTEN
    if number in {signal.SIGABRT, signal.SIGTRAP}:
        # How the engine's libraries end where they get no more memory.
        return _too_large(limits)
    return f"its process ended with the status {status}", _TELL


def _late(limits: Limits) -> tuple[str, str]:
    return f"it was not done after {limits.wall_seconds:g} seconds", _AGAIN


def _too_large(limits: Limits) -> tuple[str, str]:
    return f"it needs more than {limits.memory_bytes // 1_000_000:,} MB of memory", _SHORTEN


def _failed(row: PrintedRow, reason: str, advice: str) -> Printed:
    problem = f"{row.reference} could not be printed: {reason}. {advice}."
    return Printed(row=row, pdf=None, problem=problem)


_POOL = Pool(most=max(2, os.cpu_count() or 1))
atexit.register(_POOL.close)
os.register_at_fork(after_in_child=_POOL.forget)
