"""The cockpit in Chromium: what is late is given to somebody, the map opens the list of a step, an order shows its path."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import update

from engine import clock, database
from engine.tables import ProcessDefinition, UserTask
from tests.stories.requests import LATHE


def test_late_work_is_given_to_somebody_in_a_dialog(company, at_desk, look, axe):
    """W3: the manager gives a late step to one of its candidates, who stand first; the page follows by itself."""
    order = company["workshop"].asks("maintenance", "Станок ждёт мастера", LATHE)
    _make_late(company, order)
    manager = at_desk("manager").opens("/cockpit/")
    row = manager.page.locator(".row").filter(has_text=order.number)
    look(manager.page, "cockpit-late")

    row.get_by_role("link", name="Give it to somebody").click()
    dialog = manager.page.get_by_role("dialog", name="Give it to somebody")
    expect(dialog.get_by_label("Person")).to_be_focused()
    look(manager.page, "cockpit-give")
    assert axe(manager.page) == []
    assert dialog.locator("optgroup").first.locator("option").count() == 2
    dialog.get_by_label("Person").select_option("electrician")
    with manager.page.expect_navigation():
        dialog.get_by_role("button", name="Give it to them").click()

    manager.is_told("“Take the request” is with G. Ă. now.")
    expect(manager.page.locator(".row").filter(has_text=order.number)).to_contain_text("with G. Ă.")


def test_the_overview_follows_what_happens_elsewhere(company, at_desk):
    """A row leaves by itself when a colleague has done the work, and the focus stays where it was."""
    first = company["workshop"].asks("maintenance", "Станок номер один", LATHE)
    second = company["workshop"].asks("maintenance", "Станок номер два", LATHE)
    for order in (first, second):
        _make_late(company, order)
    manager = at_desk("manager")
    # Both orders are told to open pages within a second. This one would be renewed at once for them, and then not for 5 s.
    manager.page.wait_for_timeout(1500)
    with manager.page.expect_response("**/live*"):
        manager.opens("/cockpit/")
    rows = manager.page.locator(".row")
    stays = rows.filter(has_text=second.number).get_by_role("link", name="Take the request")
    stays.focus()

    answers = {"worker": "fitter", "promised_date": "2099-01-31"}
    assert company["fitter"].completes(first, "Take the request", answers).status == 200

    expect(rows.filter(has_text=first.number)).to_have_count(0)
    expect(stays).to_be_focused()


def test_a_pressed_step_of_the_map_opens_its_list(company, at_desk, look, axe):
    """Badges on the diagram, the list docked below, the same facts as a table."""
    order = company["workshop"].asks("maintenance", "Станок на карте", LATHE)
    _make_late(company, order)
    with database.reading(company.engine) as session:
        key = session.query(ProcessDefinition.key).filter_by(process_id="internal_request").scalar()
    manager = at_desk("manager").opens(f"/cockpit/processes/{key}")
    page = manager.page

    page.locator('.djs-element[data-element-id="take_the_request"]').click()
    expect(page.locator("#dock")).to_contain_text("Станок на карте")
    expect(page.locator(".badge").first).to_be_visible()
    look(page, "cockpit-map")
    assert axe(page) == []
    page.get_by_role("button", name="As a list").click()
    expect(page.get_by_role("row").filter(has_text="Take the request").first).to_be_visible()
    look(page, "cockpit-map-list")

    manager.opens(f"/cockpit/orders/{order.key}")
    expect(page.locator(".is-current").first).to_be_visible()
    assert page.locator(".is-taken").count() > 3
    look(page, "cockpit-order")


def _make_late(company, order) -> None:
    with database.transaction(company.engine) as session:
        session.execute(
            update(UserTask)
            .where(UserTask.process_instance_key == order.key, UserTask.state == "open")
            .values(due_at=clock.now())
        )
