"""The application with the catalogues as they lie in the work tree, whatever was compiled there before."""

from __future__ import annotations

import pytest
from sqlalchemy import update

import engine.database
from engine import sentences
from engine.tables import Person
from webapp import language
from webapp.texts import catalogues, extraction, shown, spoken


@pytest.fixture(scope="session")
def texts():
    """Every text of the product, as it is now."""
    return extraction.template()


@pytest.fixture(scope="session")
def translations(tmp_path_factory):
    """The folder of the compiled catalogues, outside of the work tree."""
    folder = tmp_path_factory.mktemp("translations")
    for each in catalogues.LANGUAGES:
        catalogues.compile_into(folder, each)
    return folder


@pytest.fixture
def app(app, translations):
    """The application that reads them."""
    folders = app.extensions["babel"].translation_directories
    own = list(folders)
    folders[:] = [str(translations)]
    sentences.translate_with(spoken.translator(translations))
    _forget(app)
    yield app
    folders[:] = own
    sentences.translate_with(None)
    _forget(app)


@pytest.fixture
def speaking(database):
    """speaking("manager", "ru"): from now on the manager reads Russian."""

    def speak(login, code):
        with engine.database.transaction(database) as session:
            session.execute(update(Person).where(Person.login == login).values(language=code))

    return speak


def _forget(app):
    """What earlier pages have read of catalogues."""
    with app.app_context():
        language.babel.domain_instance.cache.clear()
    shown._diagram.cache_clear()
