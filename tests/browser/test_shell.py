"""The frame of every page: keys, dialogs, toasts, a press that counts once, themes, a strict Content-Security-Policy.

A page that is loaded costs more than what is done on it: each test does on one whatever can be done one after the other.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import style_app


@pytest.fixture(scope="module")
def base(serve) -> str:
    return serve(style_app.create_app())


def test_keys_walk_through_rows_and_to_places_on_every_keyboard_and_are_only_letters_in_a_field(
    base: str, desktop: Page, axe
) -> None:
    desktop.expected_noise.append("404")
    desktop.goto(f"{base}/style")
    first = desktop.get_by_role("link", name="Diagnose · R-1179")
    second = desktop.get_by_role("link", name="Reserve parts · R-1163 · Dishwasher Aqua 45")

    # A letter of a Cyrillic keyboard is the key at its place.
    desktop.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))"
    )
    expect(second).to_be_focused()
    desktop.keyboard.press("k")
    expect(first).to_be_focused()
    desktop.keyboard.press("j")
    desktop.keyboard.press("j")
    desktop.keyboard.press("k")
    expect(second).to_be_focused()
    desktop.keyboard.press("Enter")
    assert desktop.url.endswith("#r2")

    first.focus()
    desktop.keyboard.press("ArrowDown")
    expect(second).to_be_focused()

    desktop.keyboard.press("/")
    desktop.keyboard.type("jk?")
    expect(desktop.get_by_role("searchbox", name="Search")).to_have_value("jk?")
    expect(desktop.get_by_role("dialog")).to_have_count(0)

    desktop.get_by_role("searchbox", name="Search").blur()
    desktop.keyboard.press("?")
    expect(desktop.get_by_role("dialog", name="Keys")).to_be_visible()
    for theme in ("light", "dark"):
        desktop.emulate_media(color_scheme=theme)
        assert axe(desktop) == [], theme
    for _ in range(2):
        desktop.keyboard.press("Escape")
        expect(desktop.get_by_role("dialog", name="Keys")).to_be_hidden()
        desktop.keyboard.press("?")
        expect(desktop.get_by_role("dialog", name="Keys")).to_be_visible()
    desktop.keyboard.press("Escape")

    desktop.keyboard.press("g")
    desktop.keyboard.press("c")
    desktop.wait_for_url("**/cockpit")


def test_a_dialog_returns_the_focus_a_second_press_sends_nothing_and_print_has_no_navigation(
    base: str, desktop: Page
) -> None:
    desktop.goto(f"{base}/style")
    opener = desktop.get_by_role("button", name="Open a dialog")

    opener.click()
    expect(desktop.get_by_role("dialog", name="Cancel this order?")).to_be_visible()
    desktop.get_by_role("dialog").get_by_role("button", name="Cancel", exact=True).click()
    expect(opener).to_be_focused()

    sent: list[str] = []
    desktop.route("**/nowhere", lambda route: (sent.append(route.request.method), route.fulfill(status=204)))

    desktop.get_by_role("button", name="Take", exact=True).evaluate(
        "button => { button.click(); button.click(); }"
    )
    expect(desktop.get_by_role("button", name="Take", exact=True)).to_have_attribute("aria-busy", "true")
    assert sent == ["POST"]

    desktop.emulate_media(media="print", color_scheme="dark")
    expect(desktop.get_by_role("navigation", name="Places")).to_be_hidden()
    expect(desktop.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")


def test_a_chosen_theme_wins_over_that_of_the_system_and_densities_differ_in_height_only(
    base: str, desktop: Page
) -> None:
    colours, heights = {}, {}
    for theme, of_the_system, density in (("light", "dark", "compact"), ("dark", "light", "comfortable")):
        desktop.emulate_media(color_scheme=of_the_system)
        desktop.goto(f"{base}/style?theme={theme}&density={density}")
        colours[theme] = desktop.evaluate("getComputedStyle(document.body).backgroundColor")
        button = desktop.get_by_role("button", name="Put off")
        heights[density] = (
            button.bounding_box()["height"],
            button.evaluate("button => getComputedStyle(button).fontSize"),
        )

    assert colours == {"light": "rgb(246, 247, 249)", "dark": "rgb(15, 20, 27)"}
    assert heights == {"compact": (36, "14px"), "comfortable": (44, "14px")}


#: What a finger must hit and is lower than 44 px.
_LOW = """() => [...document.querySelectorAll('.btn, .input:not([type=file]), .place, .chip, .segments > label')]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44 - 2)
    .map((each) => each.textContent.trim())"""


def test_on_a_phone_every_target_is_44_pixels_high_and_the_more_menu_holds_the_other_places(
    base: str, phone: Page, axe
) -> None:
    phone.goto(f"{base}/style")
    more = phone.get_by_role("navigation").get_by_role("button", name="More")
    cockpit = phone.get_by_role("link", name="Cockpit")

    assert phone.evaluate(_LOW) == []
    expect(cockpit).to_be_hidden()
    for _ in range(2):
        more.click()
        expect(cockpit).to_be_visible()
        expect(cockpit).to_have_count(1)
        assert phone.evaluate(_LOW) == []
        assert axe(phone) == []
        phone.keyboard.press("Escape")
        expect(cockpit).to_be_hidden()


def test_two_quick_taps_on_more_press_nothing_in_the_menu(base: str, phone: Page) -> None:
    phone.goto(f"{base}/style")
    place = phone.get_by_role("navigation").get_by_role("button", name="More").bounding_box()

    for _ in range(2):
        phone.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)

    expect(phone.get_by_role("link", name="Cockpit")).to_be_hidden()
    assert phone.url == f"{base}/style"


def test_who_has_no_script_has_the_other_places_in_the_menu_too(base: str, open_page) -> None:
    page = open_page("phone", java_script_enabled=False)
    page.goto(f"{base}/style")

    page.get_by_role("navigation").get_by_role("button", name="More").click()

    expect(page.get_by_role("link", name="Cockpit")).to_be_visible()


def test_the_first_tab_offers_to_skip_the_navigation(base: str, desktop: Page) -> None:
    desktop.goto(f"{base}/diagram")

    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="Skip to the content")).to_be_focused()
    desktop.keyboard.press("Enter")

    expect(desktop.locator("main")).to_be_focused()
