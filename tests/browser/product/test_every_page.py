"""Every page of the product, as each kind of person: no accessibility violation, nothing wider than the screen, no noise."""

from __future__ import annotations

import itertools

import pytest

from engine import clock, database
from engine.tables import ProcessDefinition
from processes.records.invoices import Invoice
from processes.records.orders import CustomerOrder
from tests.browser.product import different
from tests.http_client import Client
from tests.stories.requests import LATHE, SCREEN, promise
from webapp import access, config
from webapp.accounts import links
from webapp.app import create_app

#: What a GET answers that is no page: streams, parts for htmx, files, health, and what needs a one-time code.
NO_PAGES = {
    "static", "live.stream", "inbox.news", "inbox.step_state", "inbox.file", "cockpit.node", "inbox.home",
    "health.healthz", "health.readyz", "counter.who", "counter.suggest_customers", "counter.suggest_devices",
    "documents.document", "documents.print_now",
    # tests/browser/test_booking.py looks at what customers book on
    "booking.services", "booking.choose_time", "booking.who", "booking.booked",
    # tests/browser/test_dispatch.py looks at the page of a visit
    "dispatch.visit",
    # files, and a part for htmx
    "checks.diagram", "exchange.export", "reports.order_csv", "reports.saved_csv", "reports.report_csv", "chat.news",
}  # fmt: skip
EXPORTS = ("_csv", "_xlsx")
#: The pages of the repair shop: whoever works there opens these.
SHOP = (
    "/counter", "/customers", "/devices", "/stock", "/prices", "/invoices", "/payments", "/repairs", "/find", "/orders/",
)  # fmt: skip
#: How each kind of person reads: theme, screen, which pages.
KINDS = {
    "sales": (False, "desktop", ("/",)),
    "it": (True, "desktop", ("/",)),
    "fitter": (False, "phone", ("/",)),
    "manager": (True, "phone", ("/",)),
    "admin": (False, "desktop", ("/",)),
    "frontdesk": (False, "desktop", SHOP),
    "accountant": (True, "desktop", SHOP),
}


@pytest.fixture(scope="module")
def places(company):
    """What stands in the addresses: an order, a step of it that is open, a process."""
    order = company["sales"].asks("it", "A page for everybody", SCREEN)
    late = company["workshop"].asks("maintenance", "Станок для всех страниц", LATHE)
    company["it"].completes(order, "Take the request", promise("it"))
    with database.reading(company.engine) as session:
        definition = session.query(ProcessDefinition.key).filter_by(process_id="internal_request").scalar()
        by_number = session.query(CustomerOrder).order_by(CustomerOrder.order_no)
        made, repair = by_number.first(), by_number.filter_by(order_type="repair_intake").first()
        assert repair.device_key, "The demo company has a repair of a device."
        invoice = session.query(Invoice.number).order_by(Invoice.number).first()
        assert invoice, "The demo company has a repair with an invoice."
    return {
        "inbox.order": [order.key, made.process_instance_key],
        "counter.taken_in": [repair.process_instance_key],
        "documents.by_number": [made.order_no],
        "office.customer": [repair.customer_key],
        "office.device": [repair.device_key],
        "office.product": ["P-PUMP"],
        "office.staff_card": ["technician2"],
        "office.invoice": [invoice.number],
        "office.tariff": ["BASIC"],
        "office.contract": ["no-such-contract"],
        "office.production_order": ["MO-0001"],
        "checks.evaluation": ["PE-0001"],
        "reports.order_report": [made.order_no],
        "reports.report": ["OR1", "OR4", "OR5"],
        "reports.saved_report": [1],
        "inbox.step": [company["it"].sees(order)["Do the work"], company["fitter"].sees(late)["Take the request"]],
        "inbox.start_form": ["internal_request"],
        "cockpit.order": [order.key],
        "cockpit.process_map": [f"{definition}?node=do_the_work"],
        "cockpit.assignment": [company["it"].sees(order)["Do the work"]],
        "accounts.link": ["no-such-code"],
    }  # fmt: skip


def _addresses(app, places) -> list[str]:
    found = ["/no-such-page", "/inbox?q=nothing-of-this-name", "/inbox?select=1", "/cockpit/orders?q=nothing"]
    found += ["/repairs?q=nothing", "/find?q=P-PUMP", "/find?q=nothing"]
    found += [
        f"/counter/new?customer={places['office.customer'][0]}",
        f"/counter/new?device={places['office.device'][0]}",
    ]
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in NO_PAGES or rule.endpoint.endswith(EXPORTS):
            continue
        if access.rule_of(app.view_functions[rule.endpoint]).is_by_link:
            continue  # tests/browser/test_portal.py looks at what customers open
        if not rule.arguments:
            found.append(rule.rule)
            continue
        assert rule.endpoint in places, f"Say in `places` what stands in {rule.rule} ({rule.endpoint})."
        found += [_with(rule.rule, value) for value in places[rule.endpoint]]
    return sorted(set(found))


def _with(rule: str, value: object) -> str:
    return f"{rule[: rule.index('<')]}{value}{rule[rule.index('>') + 1 :]}"


@pytest.fixture(scope="module")
def addresses(places, tmp_path_factory) -> list[str]:
    """All pages that the application has a route for."""
    return _addresses(create_app(config.load(tmp_path_factory.mktemp("routes"), environ={})), places)


@pytest.mark.parametrize("login", [*KINDS, None])
def test_every_page_can_be_read_by_everybody(company, at_desk, open_page, addresses, axe, look, login):
    """axe finds nothing on any page that this person may open, nor on the pages that say no."""
    dark, screen, opens = KINDS.get(login, (False, "phone", ("/",)))
    if login is None:
        page = open_page(screen, base_url=company.server.url)
        ready, client = None, Client(company.server.url)
    else:
        desk = at_desk(login, screen, dark=dark)
        page, ready, client = desk.page, desk.ready, company.window_of(login)
    page.expected_noise += ["403", "404"]
    wrong = {}
    own = [address for address in addresses if address.startswith(opens)]
    if login is None:
        own = ["/login", "/login/no-such-code", "/no-such-page"]
    # All are asked first: a page that is open in the browser meanwhile would wait for news at each of them.
    for address in list(different.pages(client, own)):
        page.goto(address)
        if ready:
            ready()
        found = axe(page)
        if found:
            wrong[address] = found
            look(page, f"wrong-{login}-{len(wrong)}", is_wrong=True)
        elif login in ("manager", None):
            name = "-".join(part for part in address.split("?")[0].split("/") if part and not part.isdigit())
            look(page, f"page-{login}-{name or 'home'}")

    assert wrong == {}


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_the_counter_says_what_is_missing(at_desk, axe, look, screen):
    """A new customer who cannot be reached: the sentence stands at the field, and nothing that was typed is lost."""
    desk = at_desk("frontdesk", screen)
    page = desk.page
    page.expected_noise.append("422")
    page.goto("/counter/new")
    typed = {"customer_name": "Q. Z.", "item_type": "Drill", "model": "GSB 13", "serial_no": "EVERY-1"}
    for name, text in (typed | {"complaint": "Sparks", "completeness": "Drill"}).items():
        page.locator(f"[name={name}]").fill(text)
    with page.expect_navigation():
        page.get_by_role("button", name="Take the device in").click()

    assert (
        page.locator("#customer_phone_hint").inner_text()
        == "We need a telephone number or an e-mail address."
    )
    assert {name: page.locator(f"[name={name}]").input_value() for name in typed} == typed
    look(page, f"page-counter-missing-{screen}")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), (
        "Only the page itself scrolls."
    )
    assert axe(page) == []


def test_a_link_that_works_once_is_a_page_too(company, open_page, axe, look):
    """The page of a one-time login link, before it is used."""
    with database.transaction(company.engine) as session:
        code = links.make(session, links.LOGIN, "buyer", now=clock.now())
    for screen, dark in (("desktop", False), ("phone", True)):
        page = open_page(screen, dark=dark, base_url=company.server.url)
        page.goto(f"/login/{code}")
        look(page, f"page-link-{screen}")
        assert axe(page) == []


@pytest.mark.parametrize("login", ["sales", "it", "manager"])
def test_the_logo_of_bpmn_io_is_whole_on_every_page_that_draws_with_it(at_desk, places, login):
    """Visible, inside the window when scrolled to, and nothing lies over it: the licence asks for it."""
    pages = {
        "sales": [("/orders/new/internal_request", ".fjs-powered-by-link")],
        "it": [(f"/user-tasks/{places['inbox.step'][0]}", ".fjs-powered-by-link")],
        "manager": [
            (f"/cockpit/processes/{places['cockpit.process_map'][0]}", ".bjs-powered-by"),
            (f"/cockpit/orders/{places['cockpit.order'][0]}", ".bjs-powered-by"),
        ],
    }
    desk = at_desk(login)
    for (address, logo), theme, (width, height) in itertools.product(
        pages[login], ["light", "dark"], [(390, 844), (1440, 900)]
    ):
        desk.page.emulate_media(color_scheme=theme)
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.opens(address)
        sign = desk.page.locator(logo)
        sign.scroll_into_view_if_needed()
        covered = sign.evaluate(
            """each => {
              const box = each.getBoundingClientRect();
              const at = (x, y) => each.contains(document.elementFromPoint(x, y)) || document.elementFromPoint(x, y)?.contains(each);
              const points = [[2, 2], [box.width - 2, 2], [box.width / 2, box.height / 2], [2, box.height - 2], [box.width - 2, box.height - 2]];
              return box.width < 30 || points.some(([x, y]) => !at(box.left + x, box.top + y));
            }"""
        )
        assert sign.is_visible(), (address, theme, width)
        assert not covered, (address, theme, width)
