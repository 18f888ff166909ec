"""company: the demo company at a real server process, for all stories of the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stories.company import Company


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Started once: each story brings its own order."""
    company = Company.found(tmp_path_factory.mktemp("instance"))
    yield company
    company.close()
