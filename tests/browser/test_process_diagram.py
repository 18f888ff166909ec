"""A process diagram in the browser: badges, heat, the docked list, keys, the same facts as a list, the logo."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import style_app


@pytest.fixture(scope="module")
def base(serve) -> str:
    return serve(style_app.create_app())


def open_map(page: Page, base: str, name: str = "diagram") -> None:
    page.goto(f"{base}/{name}")
    page.locator(".diagram[data-ready]").wait_for()


def test_the_drawing_has_badges_heat_a_name_keys_a_docked_list_and_the_same_facts_as_a_list(
    base: str, desktop: Page, axe
) -> None:
    open_map(desktop, base)

    assert sorted(desktop.locator(".djs-overlays .badge").all_inner_texts()) == ["14", "2", "3", "4", "9"]
    assert desktop.locator(".djs-overlays .badge.bad").first.get_attribute("title") == "2 late or stuck"
    fills = {
        node: desktop.locator(f"[data-element-id={node}] .djs-visual rect").first.evaluate(
            "rect => rect.style.fill"
        )
        for node in ("intake", "diagnose", "reserve_parts")
    }
    stroke = desktop.locator("[data-element-id=to_diagnose] .djs-visual path").first.evaluate(
        "path => path.style.stroke"
    )

    assert fills == {
        "intake": "rgb(231, 238, 252)",
        "diagnose": "rgb(255, 231, 181)",
        "reserve_parts": "rgb(251, 199, 194)",
    }
    assert stroke == "rgb(36, 86, 200)"

    viewport = desktop.locator(".djs-container .viewport")
    start = viewport.get_attribute("transform")
    expect(desktop.get_by_role("img", name="Repair intake, version 7")).to_be_visible()
    desktop.locator(".djs-container svg").first.focus()
    desktop.keyboard.press("ArrowRight")
    moved = viewport.get_attribute("transform")
    desktop.get_by_role("button", name="Larger").click()
    larger = viewport.get_attribute("transform")
    desktop.get_by_role("button", name="Fit").click()

    assert len({start, moved, larger}) == 3
    assert viewport.get_attribute("transform") == start

    desktop.locator("[data-element-id=diagnose] .djs-hit").first.click()
    expect(desktop.locator("#dock")).to_contain_text("Waiting at diagnose")

    desktop.get_by_role("button", name="As a list").click()

    expect(desktop.get_by_role("table", name="Steps of repair intake")).to_be_visible()
    expect(desktop.get_by_role("button", name="As a list")).to_have_attribute("aria-expanded", "true")
    assert axe(desktop) == []


def test_the_logo_of_the_viewer_is_whole_and_uncovered_and_the_small_drawing_says_where_the_order_is(
    base: str, any_screen: Page, look
) -> None:
    for name in ("diagram", "small"):
        open_map(any_screen, base, name)
        if name == "small":
            expect(any_screen.get_by_text("Now: Diagnose")).to_be_visible()
            look(any_screen, f"small-now-{any_screen.viewport_size['width']}")

        logo = any_screen.locator(".bjs-powered-by svg")
        logo.scroll_into_view_if_needed()

        is_on_top = logo.evaluate(
            """(svg) => { const box = svg.getBoundingClientRect();
                const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return box.width >= 50 && svg.closest('a').contains(there) && box.right <= innerWidth; }"""
        )
        assert is_on_top, name
        any_screen.locator(".bjs-powered-by").click()
        expect(any_screen.locator(".bjs-powered-by-lightbox")).to_contain_text("powered by bpmn.io")


def test_a_file_that_cannot_be_drawn_shows_the_list(base: str, desktop: Page) -> None:
    def without_drawing(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("bpmndi:BPMNShape", "bpmndi:Nothing"))

    desktop.expected_noise.append("")
    desktop.route("**/diagram", without_drawing)
    desktop.goto(f"{base}/diagram")

    expect(
        desktop.get_by_text("This diagram could not be drawn. The list below has the same facts.")
    ).to_be_visible()
    expect(desktop.get_by_role("table", name="Steps of repair intake")).to_be_visible()
