"""company: the demo company at a real server process, for all stories of the session. shop: the same, with parts of our own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stories.company import Company
from tests.stories.repairs import PARTS, stock_up


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Started once: each story brings its own order."""
    company = Company.found(tmp_path_factory.mktemp("instance"))
    yield company
    company.close()


@pytest.fixture(scope="session")
def shop(company: Company) -> Company:
    """The company, with parts in its store that the demo does not know."""
    stock_up(company, PARTS)
    return company
