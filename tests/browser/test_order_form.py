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


def test_control_enter_inside_a_field_sends_what_is_typed(base: str, app: Flask, desktop: Page) -> None:
    open_form(desktop, base)

    desktop.get_by_label("Serial number").fill("88-20417-C")
    desktop.get_by_label("Cause").fill("Scale")
    desktop.get_by_label("Cause").press("Control+Enter")
    desktop.wait_for_url("**/style")

    [sent] = submissions(app)
    assert sent["submission"]["serial"] == "88-20417-C"
    assert sent["submission"]["cause"] == "Scale"
    assert sent["submission"]["model"] == "Barista 220"
    assert sent["version"] == "7"


def test_a_missing_answer_is_not_sent_and_named_on_top(
    base: str, app: Flask, desktop: Page, look, axe
) -> None:
    open_form(desktop, base)

    desktop.get_by_role("button", name="Complete diagnosis").click()

    summary = desktop.get_by_role("alert").filter(has_text="needs a change")
    expect(summary).to_contain_text("1 answer needs a change. Nothing is lost; the rest is kept.")
    expect(summary).to_be_focused()
    expect(desktop.get_by_text("This answer is needed.")).to_be_visible()
    look(desktop, "form-missing")
    assert axe(desktop) == []
    summary.get_by_role("link", name="Serial number").click()
    expect(desktop.get_by_label("Serial number")).to_be_focused()
    assert submissions(app) == []


def test_what_the_server_refuses_stands_at_its_field_and_everything_typed_is_kept(
    base: str, app: Flask, desktop: Page, look
) -> None:
    desktop.expected_noise.append("422")
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
    open_form(desktop, base)
    desktop.get_by_label("Serial number").fill("88-20417")
    desktop.get_by_label("Parts needed").check()
    desktop.get_by_label("Part", exact=True).fill("Pump")
    desktop.get_by_label("Quantity").fill("3")

    desktop.get_by_role("button", name="Complete diagnosis").click()

    expect(desktop.get_by_role("alert").filter(has_text="3 answers need a change")).to_contain_text(
        "Ask for a quote."
    )
    field = desktop.get_by_label("Serial number")
    expect(field).to_have_value("88-20417")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(desktop.get_by_text("10 characters are needed; this has 8.")).to_be_visible()
    expect(desktop.locator(".fjs-has-errors").filter(has_text="Quantity")).to_contain_text(
        "Only 2 are in stock."
    )
    look(desktop, "form-refused")
    field.fill("88-20417-C")
    expect(desktop.get_by_text("10 characters are needed; this has 8.")).to_be_hidden()


def test_a_conflict_is_told_on_top_and_the_answers_stay(base: str, app: Flask, desktop: Page) -> None:
    desktop.expected_noise.append("409")
    app.answer = (
        409,
        {
            "title": "M. P. completed this at 10:42.",
            "detail": "Your answers were not sent; they are kept below.",
        },
    )
    open_form(desktop, base)
    desktop.get_by_label("Serial number").fill("88-20417-C")

    desktop.get_by_role("button", name="Complete diagnosis").click()

    expect(desktop.get_by_role("alert").filter(has_text="M. P. completed this at 10:42.")).to_be_focused()
    expect(desktop.get_by_label("Serial number")).to_have_value("88-20417-C")
    expect(desktop.get_by_role("button", name="Complete diagnosis")).not_to_have_attribute(
        "aria-busy", "true"
    )


def test_a_second_press_while_it_is_sent_is_ignored(base: str, app: Flask, desktop: Page) -> None:
    open_form(desktop, base)
    desktop.get_by_label("Serial number").fill("88-20417-C")
    posted: list[str] = []
    desktop.route("**/complete", lambda route: posted.append(route.request.method))  # never answered

    for _press in range(3):
        desktop.get_by_role("button", name="Complete diagnosis").click()

    expect(desktop.get_by_role("button", name="Complete diagnosis")).to_have_attribute("aria-busy", "true")
    assert posted == ["POST"]


def test_a_draft_is_saved_while_typing(base: str, app: Flask, desktop: Page) -> None:
    open_form(desktop, base)

    desktop.get_by_label("Cause").fill("Scale in the water")

    expect(desktop.locator(".saved")).to_contain_text("Saved at 10:38")
    assert app.sent[-1]["draft"]["cause"] == "Scale in the water"
    assert desktop.evaluate("Object.keys(sessionStorage)") == []


def test_without_network_the_draft_waits_in_the_browser_and_comes_back(
    base: str, app: Flask, desktop: Page
) -> None:
    desktop.expected_noise += ["ERR_FAILED", "ERR_INTERNET_DISCONNECTED"]
    open_form(desktop, base)
    desktop.route("**/draft", lambda route: route.abort())
    desktop.get_by_label("Cause").fill("Scale in the water")
    expect(desktop.locator(".saved")).to_contain_text("Offline")

    desktop.unroute("**/draft")
    desktop.on("dialog", lambda dialog: dialog.accept())
    app.sent.clear()
    desktop.route("**/draft", lambda route: route.abort())
    desktop.reload()
    desktop.locator(".fjs-form").wait_for()

    expect(desktop.get_by_label("Cause")).to_have_value("Scale in the water")
    expect(desktop.get_by_text("Answers from this browser that were never sent")).to_be_visible()
    desktop.unroute("**/draft")
    desktop.evaluate("window.dispatchEvent(new Event('online'))")
    expect(desktop.locator(".saved")).to_contain_text("Saved at 10:38")
    assert app.sent[-1]["draft"]["cause"] == "Scale in the water"


def test_leaving_with_unsaved_answers_asks_first(base: str, desktop: Page) -> None:
    desktop.expected_noise.append("ERR_FAILED")
    open_form(desktop, base)
    desktop.route("**/draft", lambda route: route.abort())
    desktop.get_by_label("Cause").fill("Scale")
    expect(desktop.locator(".saved")).to_contain_text("Offline")
    asked: list[str] = []
    desktop.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    desktop.goto(f"{base}/style")

    assert asked == ["beforeunload"]


def test_chosen_files_go_along_as_parts_of_their_names(base: str, app: Flask, desktop: Page) -> None:
    open_form(desktop, base)
    desktop.get_by_label("Serial number").fill("88-20417-C")
    desktop.locator("input[type=file]").set_input_files(
        [
            {"name": "front.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
            {"name": "back.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
        ]
    )

    desktop.get_by_role("button", name="Complete diagnosis").click()
    desktop.wait_for_url("**/style")

    [sent] = submissions(app)
    assert sent["files"] == {sent["submission"]["photo"]: ["front.png", "back.png"]}
    assert sent["submission"]["photo"].startswith("files::")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", ["Выберите", "Поиск", "дд.мм.гггг", "Выбрать файлы", "Файлы не выбраны"]),
        ("ro", ["Alegeți", "Caută", "zz.ll.aaaa", "Alege fișiere", "Niciun fișier ales"]),
    ],
)
def test_the_viewer_speaks_the_language_of_the_page(
    base: str, desktop: Page, look, language: str, words: list[str]
) -> None:
    open_form(desktop, base, language)

    shown = desktop.locator(".fjs-form").inner_text() + str(
        desktop.evaluate("[...document.querySelectorAll('.fjs-form input')].map((each) => each.placeholder)")
    )
    desktop.get_by_label("Ready on").click()
    look(desktop, f"form-{language}")

    assert [word for word in words if word not in shown] == []
    month = {"ru": "Январь", "ro": "Ianuarie"}[language]
    assert month in desktop.locator(".flatpickr-calendar").first.inner_text()


def test_the_button_that_sends_is_in_sight_without_scrolling(base: str, any_screen: Page) -> None:
    open_form(any_screen, base)

    expect(any_screen.get_by_role("button", name="Complete diagnosis")).to_be_in_viewport(ratio=1)


def test_the_logo_of_the_viewer_is_whole_and_uncovered(base: str, any_screen: Page) -> None:
    page = any_screen
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        open_form(page, base)

        logo = page.locator(".fjs-powered-by-link svg")
        logo.scroll_into_view_if_needed()

        is_on_top = logo.evaluate(
            """(svg) => { const box = svg.getBoundingClientRect();
                const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return box.width >= 50 && svg.closest('a').contains(there); }"""
        )
        assert is_on_top
        logo.click()
        expect(page.locator(".fjs-powered-by-lightbox")).to_contain_text("powered by bpmn.io")
