"""The parts look and behave as the design language says: on the desktop, on a phone, light and dark."""

from __future__ import annotations

import pytest

from tests.browser import style_app


@pytest.fixture(scope="module")
def base(serve) -> str:
    return serve(style_app.create_app())


@pytest.mark.parametrize("screen", ["desktop", "phone"])
@pytest.mark.parametrize("name", ["style", "form", "diagram", "small", "plain"])
def test_a_page_has_no_accessibility_violation_and_fits_the_screen(
    base, open_page, axe, look, name, screen
) -> None:
    page = open_page(screen)

    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"{base}/{name}")
        page.wait_for_load_state("networkidle")

        look(page, f"{name}-{screen}-{theme}")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.evaluate(
            "document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth"
        )
