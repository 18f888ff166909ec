"""docs/dialect.md is what the tables say, so designers read what the check does."""

from __future__ import annotations

from pathlib import Path

from engine.dialect import extensions, page, table

DOCUMENT = Path(__file__).parents[3] / "docs" / "dialect.md"


def test_the_page_in_docs_is_the_page_of_the_tables():
    assert DOCUMENT.read_text() == page.page(), "Write it again: orderlane dialect > docs/dialect.md"


def test_every_element_event_and_extension_is_on_the_page():
    text = page.page()

    assert [name for name in table.ELEMENTS if f"| `{name}` |" not in text] == []
    assert [pair for pair in table.EVENTS if f"| {pair[1]}, `{pair[0]}` |" not in text] == []
    assert [name for name in extensions.EXTENSIONS if f"| `zeebe:{name}` |" not in text] == []


def test_every_executed_element_names_the_rule_that_it_follows():
    without = [
        name for name, meaning in [*table.ELEMENTS.items()] if meaning.executed and not meaning.source
    ] + [pair for pair, meaning in table.EVENTS.items() if meaning.executed and not meaning.source]

    assert without == []
