"""company: the demo company at a real server process, for all stories of this folder. shop: the same, with parts of our own.

The same company, started from the shell as its users do it, is that of tests/browser/product.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine import clock
from tests import founded
from tests.stories.company import Company
from tests.stories.later import LaterCompany
from tests.stories.repairs import PARTS, stock_up


@pytest.fixture(scope="package")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Started once, on a copy of what the first start makes: each story brings its own order.

    It ends with the last story: a server that waits costs a twentieth of a processor.
    """
    folder = tmp_path_factory.mktemp("instance")
    founded.copied(founded.at_work(tmp_path_factory), folder)
    # Its clock could be moved and is not: so it is one more fork of a process that has everything imported.
    company = LaterCompany.begin(folder, clock.now())
    yield company
    company.close()


@pytest.fixture(scope="package")
def shop(company: Company) -> Company:
    """The company, with parts in its store that the demo does not know."""
    stock_up(company, PARTS)
    return company
