"""The catalogues: every text has its translation, places and plurals are whole, nothing is built from parts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from webapp.cli import cli
from webapp.texts import catalogues, extraction

ROOT = extraction.ROOT
LANGUAGES = catalogues.LANGUAGES


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_has_its_translation_with_the_same_places(texts, code):
    doubts = [str(doubt) for doubt in catalogues.check(code, texts)]

    assert doubts == [], (
        "Run: orderlane texts update, then translate what has no answer (docs/translating.md)."
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalogue_holds_nothing_that_the_product_does_not_say(texts, code):
    said = {text.id for text in texts}

    gone = [message.id for message in catalogues.read(code) if message.id not in said]

    assert gone == [], "Run: orderlane texts update"


def test_an_update_keeps_every_answer_and_changes_nothing_the_second_time(texts, tmp_path):
    copy = catalogues.file_of("ru", tmp_path)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(catalogues.file_of("ru").read_bytes())

    catalogues.update("ru", texts, tmp_path)
    once = copy.read_bytes()
    catalogues.update("ru", texts, tmp_path)

    assert copy.read_bytes() == once
    answers = {message.id: message.string for message in catalogues.read("ru", tmp_path) if message.id}
    assert answers.items() <= {each.id: each.string for each in catalogues.read("ru")}.items()


def test_a_text_without_translation_and_a_broken_one_are_named(texts, tmp_path):
    catalogues.update("ru", texts, tmp_path)
    path = catalogues.file_of("ru", tmp_path)
    written = path.read_text(encoding="utf-8")
    written = written.replace(
        'msgid "Yes or no is needed, {given} was given."\nmsgstr ""',
        'msgid "Yes or no is needed, {given} was given."\nmsgstr "{when}"',
    )
    path.write_text(written, encoding="utf-8")

    doubts = {doubt.text: doubt.sentence for doubt in catalogues.check("ru", texts, tmp_path)}

    assert doubts["Finished"] == "has no translation."
    assert (
        doubts["Yes or no is needed, {given} was given."]
        == 'needs the places {given}, but "{when}" has others.'
    )
    assert doubts["%(num)s new step."] == "has no translation."


def test_texts_are_found_wherever_people_read_them(texts):
    said = {text.id: [file for file, _ in text.locations] for text in texts}

    assert "webapp/templates/accounts/me.html" in said["Language of my pages"]
    assert "engine/errors.py" in said["This step belongs to another role."]  # the docstring of a refusal
    assert (
        "processes/records/comments.py" in said["A comment needs at least one word."]
    )  # given when it is raised
    assert (
        "engine/forms/texts.py"
        in said["{needed} character needed, {given} given.", "{needed} characters needed, {given} given."]
    )
    assert "processes/internal_request/internal_request.bpmn" in said["Approve the request"]
    assert "forms/internal_request/start.form" in said["By when do you want it?"]
    assert "cancel_order" not in said  # the name of a message is an identifier


def test_no_sentence_is_built_from_parts():
    marks = {"gettext", "ngettext", "_", "_l", "_ln"}
    called = re.compile(rf"\b(?:{'|'.join(sorted(marks))})\s*\(")

    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("engine", "processes", "webapp")
        for path in (ROOT / room).rglob("*.py")
        # To parse everything takes long: most files call none of these names.
        if "node_modules" not in path.parts and called.search(text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in marks
        and any(isinstance(each, (ast.JoinedStr, ast.BinOp)) for each in node.args)
    ]
    # "%(count)s " ~ _("orders"), or _("Order") ~ " " ~ number: grammar cannot survive that.
    glued = [
        f"{path.relative_to(ROOT)}: {match}"
        for path in (ROOT / "webapp" / "templates").rglob("*.html")
        for match in re.findall(r"_\(\"[^\"]*[^.\"]\"\)\s*~[^}]*", path.read_text(encoding="utf-8"))
    ]

    assert found == []
    assert glued == []


def test_names_of_models_never_go_through_the_marker_of_templates():
    # _(name) would read "%" in it as a place, and would trust it as HTML.
    found = [
        f"{path.relative_to(ROOT)}: {match}"
        for path in (ROOT / "webapp" / "templates").rglob("*.html")
        for match in re.findall(r"\b_\((?![\"'])[^)]*\)", path.read_text(encoding="utf-8"))
    ]

    assert found == [], "Use the filter label."


def test_the_command_says_that_nothing_is_missing():
    ended = CliRunner().invoke(cli, ["texts", "check", "--json"])

    assert (ended.exit_code, ended.output.strip()) == (0, "[]")


def test_no_template_says_a_word_that_is_not_marked():
    def unmarked(page):
        without_jinja = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", page, flags=re.S)
        attributes = re.findall(r'\b(?:title|aria-label|placeholder|alt)="([^"]+)"', without_jinja)
        read = re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]*>", " ", without_jinja, flags=re.S)
        return [*re.findall(r"[A-Za-z]{2,}(?: [A-Za-z]+)*", read), *attributes]

    found = {
        str(path.relative_to(ROOT)): words
        for path in (ROOT / "webapp" / "templates").rglob("*.html")
        if path.name != "fields.html"  # its macros write attributes alone
        and (words := unmarked(path.read_text(encoding="utf-8")))
    }

    same_in_every_language = {"base.html": ["Ctrl K"], "portal/parts.html": ["PDF"]}
    assert found == {f"webapp/templates/{name}": words for name, words in same_in_every_language.items()}


def test_every_language_of_the_product_is_one_that_its_settings_know(installation):
    assert set(LANGUAGES) | {"en"} == set(installation.languages)
    assert {path.parent.parent.name for path in Path(catalogues.FOLDER).rglob("messages.po")} == set(
        LANGUAGES
    )
