"""The parts look and behave as the design language says: on the desktop, on a phone, light and dark."""

from __future__ import annotations

import pytest

from tests.browser import style_app


@pytest.fixture(scope="module")
def base(serve) -> str:
    return serve(style_app.create_app())


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_page_has_no_accessibility_violation_and_fits_the_screen(
    base, open_page, axe, look, screen
) -> None:
    page = open_page(screen)

    for name in ("style", "form", "diagram", "small", "plain"):
        page.goto(f"{base}/{name}")
        page.wait_for_load_state("networkidle")
        for theme in ("light", "dark"):
            # Only style sheets ask for the theme: the page that is drawn turns dark as one that is opened in the dark.
            page.emulate_media(color_scheme=theme)

            look(page, f"{name}-{screen}-{theme}")
            assert axe(page) == [], f"{name}, {theme}"
            assert page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ), f"{name}, {theme}"
            assert page.evaluate(
                "document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth"
            ), f"{name}, {theme}"


def test_who_wants_no_motion_sees_a_new_theme_whole_and_at_once(base, open_page) -> None:
    page = open_page("phone")
    page.goto(f"{base}/diagram")
    page.wait_for_load_state("networkidle")
    colours = "[...document.querySelectorAll('main *')].map((each) => getComputedStyle(each).color)"

    for theme in ("dark", "light") * 2:
        page.emulate_media(color_scheme=theme)
        at_once = page.evaluate(colours)
        page.wait_for_timeout(50)

        assert at_once == page.evaluate(colours)
