"""What a person does at a page of the product, in the words of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

from playwright.sync_api import Locator, Page, expect

from tests.stories.company import Company, Order, until

_ROW = re.compile(r'<a class="row-name" href="(/user-tasks/[^"]+)"')


@dataclass
class Desk:
    """One person's browser page."""

    page: Page
    company: Company

    def opens(self, address: str) -> Desk:
        """Go to an address and wait until its form or its diagram is drawn."""
        self.page.goto(address)
        return self.ready()

    def finds_step(self, order: Order, step: str = "") -> Desk:
        """From the inbox: search the order, open its step (or its only one, in whatever language) with the mouse."""
        self._address_of_step(order)
        self.page.goto(f"/inbox?q={order.number}")
        rows = self.page.locator("#rows")
        (rows.get_by_role("link", name=step) if step else rows.locator("a.row-name")).click()
        self.page.wait_for_url("**/user-tasks/**")
        return self.ready()

    def opens_step(self, order: Order, step: str = "") -> Desk:
        """The same, at the address to which the only row of the inbox leads: its page is not drawn."""
        self.opens(self._address_of_step(order))
        if step:
            expect(self.page.locator("#step_title")).to_have_text(step)
        return self

    def _address_of_step(self, order: Order) -> str:
        """Of the only step of an order in this person's inbox, as soon as the server has brought it that far."""
        rows: list[str] = []

        def is_there() -> bool:
            rows[:] = _ROW.findall(self.page.request.get(f"/inbox?q={order.number}").text())
            return bool(rows)

        until(is_there)
        [address] = rows
        return unescape(address)

    def ready(self) -> Desk:
        """Until what needs script is there."""
        # By locators: a script of our own breaks where the page that was asked goes on to another one.
        if self.page.locator("[data-island=form]").count():
            self.page.locator(".fjs-form").wait_for()
        if self.page.locator("[data-island=diagram]").count():
            self.page.locator("[data-island=diagram][data-ready]").wait_for()
        return self

    def types(self, label: str, text: str) -> None:
        """Into a field."""
        self.field(label).fill(text)

    def chooses(self, label: str, option: str) -> None:
        """From a list that opens."""
        select = self.page.locator(".fjs-form-field-select").filter(has=self.page.get_by_label(label))
        select.locator(".fjs-input-group").click()
        self.page.locator(".fjs-dropdownlist-item").filter(has_text=option).first.click()

    def ticks(self, label: str) -> None:
        """A radio or a check box."""
        self.page.get_by_label(label, exact=True).check()

    def dates(self, label: str, in_days: int) -> None:
        """A date, typed as the page shows it."""
        field = self.field(label)
        field.fill(f"{date.today() + timedelta(days=in_days):%d/%m/%Y}")
        field.press("Tab")

    def field(self, label: str) -> Locator:
        """The field of that label that can be filled in."""
        kinds = self.page.locator(":is(input, textarea, select):not([readonly], [disabled])")
        return self.page.locator("[data-island=form]").get_by_label(label).and_(kinds).first

    def presses(self, button: str) -> None:
        """A button, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()
        self.ready()

    def is_told(self, sentence: str) -> None:
        """The page says so."""
        expect(self.page.get_by_text(sentence).first).to_be_visible()
