"""The written table: for every endpoint and method, who gets which answer.

One module per blueprint with a list `ROWS`. A row names the endpoint, the method, the
address (made from the world) and the status for each role that does not get `otherwise`.
Say several rows for one endpoint where the object or its state matters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests.web.world import World

SIGN_IN = 303
"""What a stranger gets for a closed page: the way to the sign-in page (401 for a form)."""


@dataclass(frozen=True)
class Row:
    """expects: role -> status; `otherwise` holds for every signed-in role not named.

    `stranger` gets 303 to the sign-in page for GET and 401 for other methods unless
    named. `form` makes the posted fields.
    """

    endpoint: str
    method: str
    address: Callable[[World], str]
    expects: Mapping[str, int] = field(default_factory=dict)
    otherwise: int = 403
    form: Callable[[World], dict[str, Any]] = lambda world: {}
    note: str = ""

    def status_for(self, role: str) -> int:
        """Return the written status for `role`."""
        if role in self.expects:
            return self.expects[role]
        if role == "stranger" and self.otherwise >= 400:
            return SIGN_IN if self.method == "GET" else 401
        return self.otherwise


def everybody(endpoint: str, address: str, status: int = 200) -> Row:
    """A page that is open to all."""
    return Row(endpoint, "GET", lambda world: address, otherwise=status)


def all_rows() -> list[Row]:
    """Collect the rows of every module here."""
    rows: list[Row] = []
    for module in sorted(iter_modules(__path__), key=lambda found: found.name):
        rows += import_module(f"{__name__}.{module.name}").ROWS
    return rows
