"""What the browser gets is built, named by its content, and kept; every icon and text that a page asks for is there."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from webapp import assets, viewer_texts

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "webapp/static/dist"
VIEWER = ROOT / "webapp/frontend/node_modules/@bpmn-io/form-js-viewer/dist/index.es.js"
KILOBYTE = 1024


@pytest.fixture
def app() -> Flask:
    app = Flask("assets", static_folder=str(ROOT / "webapp/static"))
    assets.init_app(app)
    return app


def manifest() -> dict[str, str]:
    return json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))


def test_an_asset_has_its_hash_in_the_address_and_is_kept_for_ever(app: Flask) -> None:
    with app.test_request_context():
        address = assets.asset("app.js")

    with app.test_client().get(address) as answer:
        kept = answer.headers["Cache-Control"]

    assert re.fullmatch(r"/static/dist/app-[A-Z0-9]{8}\.js", address)
    assert answer.status_code == 200
    assert kept == "public, max-age=31536000, immutable"


def test_an_unknown_asset_is_named(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError, match=r"app\.css.*but got .*nothing\.js"):
        assets.asset("nothing.js")


def test_a_front_end_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    app = Flask("assets", static_folder=str(tmp_path))
    assets.init_app(app)

    with app.test_request_context(), pytest.raises(assets.FrontEndNotBuilt, match="make setup"):
        assets.asset("app.js")


def test_a_new_build_is_seen_without_a_restart(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    file = tmp_path / "dist/manifest.json"
    app = Flask("assets", static_folder=str(tmp_path))
    assets.init_app(app)

    with app.test_request_context():
        file.write_text('{"app.js": "app-1.js"}', encoding="utf-8")
        first = assets.asset("app.js")
        file.write_text('{"app.js": "app-2.js"}', encoding="utf-8")
        second = assets.asset("app.js")

    assert (first.rpartition("/")[2], second.rpartition("/")[2]) == ("app-1.js", "app-2.js")


def test_a_page_without_a_form_loads_less_than_60_kilobytes() -> None:
    first = ["app.js", "app.css", "htmx.js", "icons.svg"]
    text = {name: (DIST / manifest()[name]).read_bytes() for name in first}
    chunks = re.findall(rb'"\./(chunk-[A-Z0-9]+\.js)"', text["app.js"].split(b"import(")[0])
    sizes = {name: len(gzip.compress(content, 9)) for name, content in text.items()}

    sizes["chunks"] = sum(
        len(gzip.compress((DIST / chunk.decode()).read_bytes(), 9)) for chunk in set(chunks)
    )

    assert sizes["app.css"] <= 12 * KILOBYTE
    assert sum(sizes.values()) <= 60 * KILOBYTE, sizes


def test_every_icon_that_a_page_asks_for_is_in_the_sprite() -> None:
    there = set(
        re.findall(r'<symbol id="([\w-]+)"', (DIST / manifest()["icons.svg"]).read_text(encoding="utf-8"))
    )
    # icon("x"), icon_name="x", {"icon": "x"}, and the usual icons of banners.
    asked = re.compile(r'\bicon(?:_button|_name|"|)\s*(?:\(|=|:)\s*["\']([a-z][a-z0-9-]+)["\']')
    files = [*ROOT.glob("webapp/templates/**/*.html"), *ROOT.glob("webapp/**/*.py")]

    missing = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        if "node_modules" not in file.parts
        for name in asked.findall(file.read_text(encoding="utf-8"))
        if name not in there
    }

    assert missing == set()


@pytest.mark.parametrize("language", ["en", "ro", "ru"])
def test_every_text_of_the_form_viewer_has_a_translation(language: str) -> None:
    source = VIEWER.read_text(encoding="utf-8")
    texts = {left or right for left, right in re.findall(r"\btranslate\((?:'([^']+)'|\"([^\"]+)\")", source)}
    texts -= {"HELLO {you}", "binding path '{value}' is already claimed", "-50%"}

    dictionary = viewer_texts.dictionary(language)

    assert sorted(texts - dictionary.keys()) == []
    assert len(texts) > 35


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_a_translation_keeps_the_places_of_its_text(language: str) -> None:
    def places(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w+\}", text))

    different = {
        en: text for en, text in viewer_texts.dictionary(language).items() if places(en) != places(text)
    }

    assert different == {}


def test_a_language_without_a_dictionary_stays_english_and_a_country_falls_back() -> None:
    assert viewer_texts.dictionary("sv") == {}
    assert viewer_texts.dictionary("ro_MD") == viewer_texts.dictionary("ro") != {}
