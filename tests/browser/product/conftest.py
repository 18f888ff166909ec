"""The whole product in Chromium: the demo company at a real server process, each person in a browser context of their own.

company     the running installation (tests/stories/company.py), one for all tests of this folder.
at_desk     at_desk("it") is a Desk: a page that is signed in as that person; at_desk("it", "phone") on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import founded
from tests.browser.product.desk import Desk
from tests.stories.company import Company


@pytest.fixture(scope="package")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Started once, on a copy of what the first start makes: each test brings its own order.

    It ends with the last test of this folder: a server that waits costs a twentieth of a processor.
    """
    folder = tmp_path_factory.mktemp("product")
    founded.copied(founded.at_work(tmp_path_factory), folder)
    company = Company.found(folder)
    yield company
    company.close()


@pytest.fixture
def at_desk(company: Company, open_page) -> Callable[..., Desk]:
    """Somebody of the company at a browser, signed in."""

    def sit_down(login: str, screen: str = "desktop", **options: object) -> Desk:
        page = open_page(screen, base_url=company.server.url, **options)
        company.sign_in(page.context, login)
        return Desk(page, company)

    return sit_down
