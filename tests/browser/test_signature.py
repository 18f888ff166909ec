"""Signing on a handheld: with a finger or a mouse, with the keyboard alone, again, and under a condition."""

from __future__ import annotations

import pytest
from flask import Flask, render_template
from playwright.sync_api import Page, expect

from tests.browser import style_app

FORM = {
    "type": "default",
    "id": "sign_off",
    "schemaVersion": 19,
    "components": [
        {"id": "works", "type": "checkbox", "key": "works", "label": "It works again", "defaultValue": True},
        {
            "id": "signature",
            "type": "signature",
            "key": "signature",
            "label": "Signed by",
            "description": "The customer's name as it stands under the report.",
            "conditional": {"hide": "=works = false"},
            "validate": {"required": True},
        },
    ],
}
PLACE = "files::signature-signature"


@pytest.fixture(scope="module")
def app() -> Flask:
    app = style_app.create_app()

    @app.get("/sign")
    def sign() -> str:
        person = {"name": "Ana Rusu", "initials": "AR", "role": "technician"}
        shell = {
            "places": style_app.PLACES,
            "person": person,
            "person_menu": style_app.MENU,
            "theme": "system",
        }
        shell |= {"density": "", "company": "Orderlane", "live_url": ""}
        return render_template("form.html", shell=shell, schema=FORM, data={}, errors={}, texts={})

    return app


@pytest.fixture(scope="module")
def base(serve, app: Flask) -> str:
    return serve(app)


@pytest.fixture(autouse=True)
def nothing_sent(app: Flask) -> None:
    app.sent.clear()
    app.answer = (200, {"go_to": "/style"})


def _open(page: Page, base: str) -> None:
    page.goto(f"{base}/sign")
    page.locator(".signature-pad canvas").wait_for()


def _draw(page: Page) -> None:
    pad = page.locator(".signature-pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 90)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + step * 18, box["y"] + 90 + (25 if step % 2 else -35))
    page.mouse.up()
    page.get_by_role("button", name="Sign again").wait_for()


def _send(page: Page, app: Flask) -> dict:
    page.get_by_role("button", name="Complete diagnosis").click()
    page.wait_for_url("**/style")
    return next(each for each in app.sent if "submission" in each)


def test_a_drawn_signature_goes_along_as_a_picture_beside_the_name(
    base: str, app: Flask, any_screen: Page, look, axe
) -> None:
    page = any_screen
    _open(page, base)

    page.get_by_label("Signed by").fill("I. C.")
    _draw(page)
    look(page, f"signature-{page.viewport_size['width']}")
    assert axe(page) == []
    sent = _send(page, app)

    assert sent["submission"]["signature"] == "I. C."
    assert sent["files"] == {PLACE: ["Signature.png"]}


def test_who_has_only_a_keyboard_signs_with_the_name(base: str, app: Flask, desktop: Page) -> None:
    _open(desktop, base)

    desktop.get_by_label("Signed by").press_sequentially("I. C.")
    desktop.keyboard.press("Control+Enter")
    desktop.wait_for_url("**/style")

    [sent] = [each for each in app.sent if "submission" in each]
    assert sent["submission"]["signature"] == "I. C."
    assert sent["files"] == {}


def test_what_has_no_name_or_is_wiped_out_or_hidden_is_not_sent(base: str, app: Flask, desktop: Page) -> None:
    _open(desktop, base)

    _draw(desktop)
    desktop.get_by_role("button", name="Complete diagnosis").click()
    expect(desktop.get_by_role("alert").filter(has_text="needs a change")).to_be_focused()
    assert not [each for each in app.sent if "submission" in each]

    desktop.get_by_label("Signed by").fill("I. C.")
    desktop.get_by_role("button", name="Sign again").click()
    expect(desktop.locator(".signature-hint")).to_be_visible()
    _draw(desktop)
    desktop.get_by_label("It works again").uncheck()
    expect(desktop.locator(".signature-pad")).to_have_count(0)
    sent = _send(desktop, app)

    assert sent["files"] == {}
    assert not sent["submission"].get("signature")
