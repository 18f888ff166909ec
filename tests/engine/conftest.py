"""The house of the engine's tests, on an in-memory database unless a test asks for `any_database`."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.engine.house import House


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)
