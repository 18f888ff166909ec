"""Compiled pages are kept over restarts, as long as they say what their text says, and only where that is safe."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment

from webapp import compiled_pages


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder of temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were compiled."""
    compiled, compile_ = [], Environment.compile

    def note(self: Environment, source: str, *rest: object, **more: object) -> object:
        compiled.append(source)
        return compile_(self, source, *rest, **more)

    monkeypatch.setattr(Environment, "compile", note)
    return compiled


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page of the application that `drawn` starts."""
    (tmp_path / "pages").mkdir()
    page = tmp_path / "pages" / "page.html"
    page.write_text("One\n{% if 1 %}\nTwo\n{% endif %}")
    return page


def drawn(page: Path, **options: bool) -> str:
    """What the page says in an application that has just started."""
    app = Flask("pages", template_folder=str(page.parent))
    for name, value in options.items():
        setattr(app.jinja_env, name, value)
    compiled_pages.init_app(app)
    return app.jinja_env.get_template(page.name).render()


def test_the_next_start_takes_a_page_as_the_last_one_has_compiled_it(temporary, page, compiled):
    first = drawn(page)

    assert drawn(page) == first
    assert len(compiled) == 1


def test_a_page_with_another_text_and_one_that_is_read_otherwise_are_compiled_anew(temporary, page, compiled):
    assert drawn(page) == "One\n\nTwo\n"
    assert drawn(page, trim_blocks=True) == "One\nTwo\n"
    page.write_text("Three")

    assert drawn(page) == "Three"
    assert len(compiled) == 3


def test_only_our_own_user_may_write_to_where_they_are_kept(temporary, page):
    drawn(page)

    (kept,) = temporary.glob("_jinja2*")
    assert (kept.stat().st_mode & 0o777, kept.stat().st_uid) == (0o700, os.getuid())


def test_without_a_safe_place_and_without_any_place_the_page_is_drawn_all_the_same(
    temporary, page, monkeypatch
):
    (temporary / f"_jinja2-cache-{os.getuid()}").symlink_to(temporary / "of_another")
    assert drawn(page) == "One\n\nTwo\n"

    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "missing"))
    assert drawn(page) == "One\n\nTwo\n"


def test_a_folder_that_is_swept_out_while_we_serve_is_not_missed(temporary, page):
    app = Flask("pages", template_folder=str(page.parent))
    compiled_pages.init_app(app)
    (kept,) = temporary.glob("_jinja2*")
    kept.rmdir()

    assert app.jinja_env.get_template(page.name).render() == "One\n\nTwo\n"
