"""The frame of every page: keys, dialogs, toasts, a press that counts once, themes, a strict Content-Security-Policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import style_app


@pytest.fixture(scope="module")
def base(serve) -> str:
    return serve(style_app.create_app())


def test_j_and_k_walk_through_the_rows_and_enter_opens(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")

    desktop.keyboard.press("j")
    desktop.keyboard.press("j")
    desktop.keyboard.press("k")

    expect(desktop.get_by_role("link", name="Reserve parts · R-1163 · Dishwasher Aqua 45")).to_be_focused()
    desktop.keyboard.press("Enter")
    assert desktop.url.endswith("#r2")


def test_the_arrows_move_inside_a_list(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")
    desktop.get_by_role("link", name="Diagnose · R-1179").focus()

    desktop.keyboard.press("ArrowDown")

    expect(desktop.get_by_role("link", name="Reserve parts · R-1163")).to_be_focused()


def test_letters_are_only_letters_inside_a_field(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")

    desktop.keyboard.press("/")
    desktop.keyboard.type("jk?")

    expect(desktop.get_by_role("searchbox", name="Search")).to_have_value("jk?")
    expect(desktop.get_by_role("dialog")).to_have_count(0)


def test_a_letter_of_a_cyrillic_keyboard_is_the_key_at_its_place(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")

    desktop.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))"
    )

    expect(desktop.get_by_role("link", name="Reserve parts · R-1163")).to_be_focused()


def test_the_list_of_keys_opens_by_question_mark_and_closes_by_escape(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")

    desktop.keyboard.press("?")
    expect(desktop.get_by_role("dialog", name="Keys")).to_be_visible()
    desktop.keyboard.press("Escape")

    expect(desktop.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_g_and_a_letter_go_to_a_place(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")
    desktop.expected_noise.append("404")

    desktop.keyboard.press("g")
    desktop.keyboard.press("c")

    desktop.wait_for_url("**/cockpit")


def test_a_dialog_returns_the_focus_to_its_button(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")
    opener = desktop.get_by_role("button", name="Open a dialog")

    opener.click()
    expect(desktop.get_by_role("dialog", name="Cancel this order?")).to_be_visible()
    desktop.get_by_role("dialog").get_by_role("button", name="Cancel", exact=True).click()

    expect(opener).to_be_focused()


def test_a_second_press_sends_nothing(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")
    sent: list[str] = []
    desktop.route("**/nowhere", lambda route: (sent.append(route.request.method), route.fulfill(status=204)))

    desktop.get_by_role("button", name="Take", exact=True).evaluate(
        "button => { button.click(); button.click(); }"
    )

    expect(desktop.get_by_role("button", name="Take", exact=True)).to_have_attribute("aria-busy", "true")
    assert sent == ["POST"]


@pytest.mark.parametrize(("theme", "colour"), [("light", "rgb(246, 247, 249)"), ("dark", "rgb(15, 20, 27)")])
def test_a_chosen_theme_wins_over_that_of_the_system(base: str, open_page, theme: str, colour: str) -> None:
    page = open_page("desktop", dark=theme == "light")

    page.goto(f"{base}/style?theme={theme}")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour


def test_compact_and_comfortable_differ_in_height_only(base: str, desktop: Page) -> None:
    heights = {}
    for density in ("compact", "comfortable"):
        desktop.goto(f"{base}/style?density={density}")
        button = desktop.get_by_role("button", name="Put off")
        heights[density] = (
            button.bounding_box()["height"],
            button.evaluate("button => getComputedStyle(button).fontSize"),
        )

    assert heights == {"compact": (36, "14px"), "comfortable": (44, "14px")}


def test_every_target_on_a_phone_is_44_pixels_high(base: str, phone: Page) -> None:
    phone.goto(f"{base}/style")

    low = phone.evaluate(
        """() => [...document.querySelectorAll('.btn, .input:not([type=file]), .place, .chip, .segments > label')]
            .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44 - 2)
            .map((each) => each.textContent.trim())"""
    )

    assert low == []


def test_the_more_menu_of_a_phone_holds_the_other_places(base: str, phone: Page) -> None:
    phone.goto(f"{base}/style")
    expect(phone.get_by_role("link", name="Cockpit")).to_be_hidden()

    phone.get_by_role("navigation").get_by_role("button", name="More").click()

    expect(phone.get_by_role("link", name="Cockpit")).to_be_visible()


def test_the_first_tab_offers_to_skip_the_navigation(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/diagram")

    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="Skip to the content")).to_be_focused()
    desktop.keyboard.press("Enter")

    expect(desktop.locator("main")).to_be_focused()


def test_print_leaves_the_navigation_out(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/style")

    desktop.emulate_media(media="print", color_scheme="dark")

    expect(desktop.get_by_role("navigation", name="Places")).to_be_hidden()
    expect(desktop.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
