"""The house of the engine's tests, on an in-memory database unless a test asks for `any_database`."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests import emptied
from tests.conftest import Lenders
from tests.engine.house import House, TestTables


@pytest.fixture
def lender(lenders: Lenders) -> emptied.Lender:
    """The ledger of the tests is there already, so that a database serves one test after the other."""
    return lenders(TestTables.metadata)


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)
