"""The form of an order in the browser: nothing typed is lost, refusals stand at their fields, it is sent once."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser import style_app


@pytest.fixture(scope="module")
def app() -> Flask:
    return style_app.create_app()


@pytest.fixture(scope="module")
def base(serve, app: Flask) -> str:
    return serve(app)


@pytest.fixture(autouse=True)
def nothing_sent(app: Flask) -> None:
    app.sent.clear()
    app.answer = (200, {"go_to": "/style"})


def open_form(page: Page, base: str, language: str = "en") -> None:
    page.goto(f"{base}/form?lang={language}")
    page.locator(".fjs-form").wait_for()


def submissions(app: Flask) -> list[dict]:
    return [each for each in app.sent if "submission" in each]


def test_refused_answers_are_named_and_kept_until_control_enter_sends_them_with_their_files(
    base: str, app: Flask, desktop: Page, look, axe
) -> None:
    desktop.expected_noise += ["422", "409"]
    open_form(desktop, base)
    complete = desktop.get_by_role("button", name="Complete diagnosis")

    # A missing answer is not sent and named on top.
    complete.click()
    summary = desktop.get_by_role("alert").filter(has_text="needs a change")
    expect(summary).to_contain_text("1 answer needs a change. Nothing is lost; the rest is kept.")
    expect(summary).to_be_focused()
    expect(desktop.get_by_text("This answer is needed.")).to_be_visible()
    look(desktop, "form-missing")
    assert axe(desktop) == []
    summary.get_by_role("link", name="Serial number").click()
    field = desktop.get_by_label("Serial number")
    expect(field).to_be_focused()
    assert submissions(app) == []

    # What the server refuses stands at its field.
    app.answer = (
        422,
        {
            "errors": {
                "serial": "10 characters are needed; this has 8.",
                "parts.0.qty": "Only 2 are in stock.",
                "": "Ask for a quote.",
            }
        },
    )
    field.fill("88-20417")
    desktop.get_by_label("Parts needed").check()
    desktop.get_by_label("Part", exact=True).fill("Pump")
    desktop.get_by_label("Quantity").fill("3")
    complete.click()
    expect(desktop.get_by_role("alert").filter(has_text="3 answers need a change")).to_contain_text(
        "Ask for a quote."
    )
    expect(field).to_have_value("88-20417")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(desktop.get_by_text("10 characters are needed; this has 8.")).to_be_visible()
    expect(desktop.locator(".fjs-has-errors").filter(has_text="Quantity")).to_contain_text(
        "Only 2 are in stock."
    )
    look(desktop, "form-refused")
    field.fill("88-20417-C")
    expect(desktop.get_by_text("10 characters are needed; this has 8.")).to_be_hidden()

    # A conflict is told on top.
    app.answer = (
        409,
        {
            "title": "M. P. completed this at 10:42.",
            "detail": "Your answers were not sent; they are kept below.",
        },
    )
    complete.click()
    expect(desktop.get_by_role("alert").filter(has_text="M. P. completed this at 10:42.")).to_be_focused()
    expect(field).to_have_value("88-20417-C")
    expect(complete).not_to_have_attribute("aria-busy", "true")

    # Control+Enter inside a field sends what is typed; chosen files go along as parts of their names.
    app.answer = (200, {"go_to": "/style"})
    app.sent.clear()
    desktop.locator("input[type=file]").set_input_files(
        [
            {"name": "front.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
            {"name": "back.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
        ]
    )
    desktop.get_by_label("Cause").fill("Scale")
    desktop.get_by_label("Cause").press("Control+Enter")
    desktop.wait_for_url("**/style")
    [sent] = submissions(app)
    assert sent["submission"]["serial"] == "88-20417-C"
    assert sent["submission"]["cause"] == "Scale"
    assert sent["submission"]["model"] == "Barista 220"
    assert sent["version"] == "7"
    assert sent["files"] == {sent["submission"]["photo"]: ["front.png", "back.png"]}
    assert sent["submission"]["photo"].startswith("files::")


def test_a_draft_is_saved_while_typing_and_a_second_press_while_it_is_sent_is_ignored(
    base: str, app: Flask, desktop: Page
) -> None:
    open_form(desktop, base)

    desktop.get_by_label("Cause").fill("Scale in the water")
    expect(desktop.locator(".saved")).to_contain_text("Saved at 10:38")
    assert app.sent[-1]["draft"]["cause"] == "Scale in the water"
    assert desktop.evaluate("Object.keys(sessionStorage)") == []

    desktop.get_by_label("Serial number").fill("88-20417-C")
    posted: list[str] = []
    desktop.route("**/complete", lambda route: posted.append(route.request.method))  # never answered
    for _press in range(3):
        desktop.get_by_role("button", name="Complete diagnosis").click()
    expect(desktop.get_by_role("button", name="Complete diagnosis")).to_have_attribute("aria-busy", "true")
    assert posted == ["POST"]


def test_without_network_leaving_asks_first_and_the_draft_waits_in_the_browser_and_comes_back(
    base: str, app: Flask, desktop: Page
) -> None:
    desktop.expected_noise += ["ERR_FAILED", "ERR_INTERNET_DISCONNECTED"]
    open_form(desktop, base)
    desktop.route("**/draft", lambda route: route.abort())
    desktop.get_by_label("Cause").fill("Scale in the water")
    expect(desktop.locator(".saved")).to_contain_text("Offline")
    asked: list[str] = []
    desktop.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    app.sent.clear()
    open_form(desktop, base)  # leaves the page, and comes back

    assert asked == ["beforeunload"]
    expect(desktop.get_by_label("Cause")).to_have_value("Scale in the water")
    expect(desktop.get_by_text("Answers from this browser that were never sent")).to_be_visible()
    desktop.unroute("**/draft")
    desktop.evaluate("window.dispatchEvent(new Event('online'))")
    expect(desktop.locator(".saved")).to_contain_text("Saved at 10:38")
    assert app.sent[-1]["draft"]["cause"] == "Scale in the water"


def test_the_viewer_speaks_the_language_of_the_page(base: str, desktop: Page, look) -> None:
    spoken = {
        "ru": ("Январь", ["Выберите", "Поиск", "дд.мм.гггг", "Выбрать файлы", "Файлы не выбраны"]),
        "ro": ("Ianuarie", ["Alegeți", "Caută", "zz.ll.aaaa", "Alege fișiere", "Niciun fișier ales"]),
    }
    for language, (month, words) in spoken.items():
        open_form(desktop, base, language)

        shown = desktop.locator(".fjs-form").inner_text() + str(
            desktop.evaluate(
                "[...document.querySelectorAll('.fjs-form input')].map((each) => each.placeholder)"
            )
        )
        desktop.get_by_label("Ready on").click()
        look(desktop, f"form-{language}")

        assert [word for word in words if word not in shown] == []
        assert month in desktop.locator(".flatpickr-calendar").first.inner_text()


def test_the_button_that_sends_and_the_logo_of_the_viewer_are_whole_and_in_sight(
    base: str, any_screen: Page
) -> None:
    page = any_screen
    open_form(page, base)
    expect(page.get_by_role("button", name="Complete diagnosis")).to_be_in_viewport(ratio=1)

    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        logo = page.locator(".fjs-powered-by-link svg")
        logo.scroll_into_view_if_needed()

        is_on_top = logo.evaluate(
            """(svg) => { const box = svg.getBoundingClientRect();
                const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return box.width >= 50 && svg.closest('a').contains(there); }"""
        )
        assert is_on_top, theme
        logo.click()
        expect(page.locator(".fjs-powered-by-lightbox")).to_contain_text("powered by bpmn.io")
        page.locator(".fjs-powered-by-lightbox .backdrop").click(position={"x": 5, "y": 5})
        expect(page.locator(".fjs-powered-by-lightbox")).to_be_hidden()
