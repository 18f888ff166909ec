"""What others do appears by itself, but never under a finger that is about to press."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser import style_app

EVENT = "event: inbox\ndata: 1\n\n"


@pytest.fixture
def app() -> Flask:
    return style_app.create_app()


def open_list(page: Page, app: Flask, serve) -> None:
    with page.expect_request("**/live"):
        page.goto(f"{serve(app)}/watch")


def test_an_event_renews_the_list_but_while_somebody_presses_only_once_after(
    app: Flask, serve, desktop: Page
) -> None:
    open_list(desktop, app, serve)

    app.events.put(EVENT)
    expect(desktop.locator("#list")).to_have_text("1 changes")

    desktop.mouse.move(700, 400)
    desktop.mouse.down()
    for _event in range(3):
        app.events.put(EVENT)
    desktop.wait_for_timeout(800)
    expect(desktop.locator("#list")).to_have_text("1 changes")
    desktop.mouse.up()

    expect(desktop.locator("#list")).to_have_text("2 changes")
    assert app.sent == ["news", "news"]
