"""A test browser whose requests share nothing with the test.

Flask reuses the application context that a test holds open, and with it `g` and the
database session. Here each request gets a context of its own, as on a server.
"""

from typing import Any

from flask.testing import FlaskClient


class FreshClient(FlaskClient):
    """Opens every request in a new application context."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Answer one request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)
