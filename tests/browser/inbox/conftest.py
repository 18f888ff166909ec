"""The inbox is served by the installation that stands for the tests of its pages without a browser."""

from __future__ import annotations

from tests.webapp.conftest import app, company, database, installation, standing

#: To pytest these names are fixtures; a test module that imported them would hide them behind its own parameters.
__all__ = ["app", "company", "database", "installation", "standing"]
