"""One renderer for all document tests of a worker; it takes over a second to make."""

import pytest

from fundapp.documents.renderer import Renderer


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    return Renderer()
