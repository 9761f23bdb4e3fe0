"""The program that prints for `pool`, in processes that may be killed.

It loads the engine, the fonts and the style sheets once, then forks a press for each who asks:
a process that prints one document after the other, each within its limits. It has none of its
starter's threads, connections and locks. Run as: python -m fundapp.documents.press DESCRIPTOR
"""

import contextlib
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from typing import Any

from fundapp.documents.limits import Limits
from fundapp.documents.printing import process_renderer
from fundapp.domain.errors import DocumentFailed

FORK, END = b"fork", b"end "

PRINTED, FAILED, MEMORY, BROKEN = b"P", b"F", b"M", b"X"
"""How an answer begins: the PDF follows, or a sentence, nothing, or what was raised."""


def main(descriptor: int) -> None:
    """Fork and end presses as the starter asks, until it closes its end or dies."""
    control = Connection(descriptor)
    # A service manager signals all processes at once; the document at hand is still finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _warm()
    presses: set[int] = set()
    try:
        while True:
            order = control.recv_bytes()
            if order == FORK:
                pid = _fork(control)
                presses.add(pid)
                control.send(pid)
            else:
                pid = int(order.removeprefix(END))
                presses.remove(pid)
                control.send(_end(pid))
    except EOFError:
        for pid in presses:
            _end(pid)


def _warm() -> None:
    """Load what all presses share. What cannot be loaded is each document's own failure."""
    with contextlib.suppress(Exception):
        process_renderer().warm()
    gc.collect()
    gc.freeze()


def _fork(control: Connection) -> int:
    handle = recv_handle(control)
    pid = os.fork()
    if pid == 0:
        control.close()
        # Whatever happens, a press never returns into the loop of the program.
        try:
            _serve(Connection(handle))
        finally:
            os._exit(0)
    os.close(handle)
    return pid


def _end(pid: int) -> int:
    """Kill a press, or find it dead; return the status that it ended with."""
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _serve(connection: Connection) -> None:
    """Print what is asked for, until nobody asks any more."""
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            _hold_to(connection.recv())
            connection.send_bytes(_answer(connection))


def _answer(connection: Connection) -> bytes:
    try:
        function: Callable[[Any], bytes]
        function, row = connection.recv()
        return PRINTED + function(row)
    except DocumentFailed as failure:
        return FAILED + str(failure).encode()
    except MemoryError:
        return MEMORY
    except Exception as error:  # noqa: BLE001 - whatever one document hits must not stop the rest
        return BROKEN + f"{type(error).__name__}: {error}".encode(errors="replace")


def _hold_to(limits: Limits) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + limits.cpu_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(int(sys.argv[1]))
