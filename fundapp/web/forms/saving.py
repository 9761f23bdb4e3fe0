"""One try to save what a form says over the version that it showed."""

from types import TracebackType
from typing import Self

from wtforms import Form

from fundapp.domain.errors import InvalidInput, Problem, StaleVersion
from fundapp.web.forms.checks import show_problems
from fundapp.web.forms.typed import take_version


class Saving:
    """A `with` block that saves, and what came of it.

    problems: what is to mend, told above the fields too where `on_fields`. theirs: what
    somebody else saved first; the form then names their version, so that saving again counts.
    Any other error goes through.
    """

    def __init__(self, form: Form, *, on_fields: bool = False) -> None:
        self._form = form
        self._on_fields = on_fields
        self.is_done = False
        self.problems: tuple[Problem, ...] = ()
        self.theirs: StaleVersion | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Take a business error of the block; tell the rest of the page by the attributes."""
        match error:
            case None:
                self.is_done = True
            case StaleVersion():
                self.theirs = take_version(self._form, error)
            case InvalidInput():
                self.problems = tuple(error.problems)
                if self._on_fields:
                    show_problems(self._form, error)
            case _:
                return False
        return True

    def status(self, otherwise: int = 200) -> int:
        """Return the status of the page that is shown again; `otherwise` if nothing was wrong."""
        if self.theirs is not None:
            return 409
        return 422 if self.problems else otherwise
