"""Who may open what: default deny, a walk over every address, tokens, headers, limits."""

import re

import pytest
from flask import Flask, url_for

from engine.errors import Conflict
from tests.webapp.visitors import words
from webapp import access
from webapp.app import create_app
from webapp.config import Settings

PUBLIC = {"static", "accounts.sign_in", "accounts.sign_in_now", "accounts.sign_out", "accounts.link"}
PUBLIC |= {"accounts.use_link", "health.healthz", "health.readyz"}
#: Customers book by themselves; tests/webapp/booking asks what these pages show.
PUBLIC |= {"booking.services", "booking.choose_time", "booking.who", "booking.book", "booking.booked"}
#: Anybody may write to us without an account; tests/webapp/test_chat.py asks what these pages show, and who is let in.
PUBLIC |= {"chat.page", "chat.news", "chat.write", "chat.open_page", "chat.from_telegram"}


def _address(rule) -> str:
    return re.sub(r"<(?:int:)?(\w+)>", "7", rule.rule.replace("<path:filename>", "dist/manifest.json"))


def test_every_view_says_who_may_open_it(app: Flask):
    silent = [name for name, view in app.view_functions.items() if access.rule_of(view) is None]

    assert silent == []


def test_only_the_doors_are_public(app: Flask):
    public = {name for name, view in app.view_functions.items() if access.rule_of(view).is_public}

    assert public == PUBLIC


def test_no_address_shows_anything_to_somebody_who_is_not_signed_in(app: Flask, visitor):
    stranger = visitor()
    for rule in app.url_map.iter_rules():
        # A customer's link is opened without signing in; tests/webapp/portal asks what it shows.
        if rule.endpoint in PUBLIC or access.rule_of(app.view_functions[rule.endpoint]).is_by_link:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if method == "GET":
                answer = stranger.get(_address(rule))
                assert answer.location.startswith("/login?next="), rule
            else:
                answer = stranger.client.open(
                    _address(rule), method=method, headers={"X-CSRFToken": stranger.token}
                )
                assert answer.status_code == 401, rule


def test_a_view_without_a_rule_answers_403_even_to_an_administrator(adds_addresses, app: Flask, visitor):
    app.add_url_rule("/forgotten", "forgotten", lambda: "a secret")

    answer = visitor("admin").get("/forgotten")

    assert answer.status_code == 403
    assert "a secret" not in answer.text


def test_a_permission_opens_a_page_only_to_those_who_have_it(adds_addresses, app: Flask, visitor):
    app.add_url_rule("/map", "map", access.needs("cockpit.see")(lambda: "the map"))

    assert visitor("sales").get("/map").status_code == 403
    assert visitor("manager").get("/map").text == "the map"
    assert visitor("admin").get("/map").text == "the map"


def test_an_unknown_permission_is_a_mistake_of_the_programmer():
    with pytest.raises(ValueError, match="Expected one of"):
        access.needs("cockpit.sea")


def test_config_gives_permissions_to_further_roles(installation: Settings):
    from dataclasses import replace

    settings = replace(installation, permissions={"Department head": ("cockpit.see", "no.such")})

    assert access.permissions_of(frozenset({"Department head"}), settings) == {"cockpit.see"}
    assert access.permissions_of(frozenset({"Requester"}), settings) == frozenset()


#: Login of the demo company -> the lists that its only role of its own needs for a day of work.
DAYS = {
    "dispatcher": {"office.customer-orders", "office.maintenance", "office.customers", "office.devices"},
    "technician": {"office.maintenance", "office.devices", "office.stock", "office.prices"},
    "representative": {"office.customers", "office.prices", "office.stock"},
    "seller": {
        "office.customer-orders",
        "office.customers",
        "office.prices",
        "office.stock",
        "office.production",
    },
    "aftersales": {"office.complaints", "office.customer-orders", "office.customers", "office.invoices"},
    "driver": {"office.customers", "office.stock"},
    "contracts": {"office.contracts", "office.tariffs", "office.maintenance", "office.invoices"},
    "planner": {"office.production", "office.stock", "office.purchase-orders"},
    "foreman": {"office.production", "office.stock"},
    "worker1": {"office.production", "office.stock"},
    "approver": {"office.purchase-orders", "office.suppliers", "office.prices"},
    "checker": {"checks.checks"},
    "owner": {"checks.checks"},
}
NOT_THEIRS = {"office.payments", "house.settings", "cockpit.overview"}


@pytest.mark.parametrize("login", DAYS)
def test_a_role_opens_the_lists_of_its_day_and_neither_payments_nor_settings(app: Flask, visitor, login: str):
    person = visitor(login)
    with app.test_request_context():
        opened = {each: url_for(each) for each in sorted(DAYS[login] | NOT_THEIRS)}

    answers = {each: person.get(address).status_code for each, address in opened.items()}

    assert answers == {each: 403 if each in NOT_THEIRS else 200 for each in opened}
    # The navigation offers what can be opened, and nothing else.
    links = set(re.findall(r'href="([^"]+)"', person.get("/inbox").text))
    assert {opened[each] for each in DAYS[login]} <= links
    assert not {opened[each] for each in NOT_THEIRS} & links


def test_an_installer_sees_devices_and_the_store_but_not_what_is_owed(installation: Settings):
    """The installers of the demo company are technicians, too: what the role itself gives is asked here."""
    installer = access.permissions_of(frozenset({"Installer"}), installation)

    assert {"devices.see", "stock.see"} <= installer
    assert not {"payments.see", "invoices.see", "settings.change", "cockpit.see"} & installer


def test_a_post_without_the_token_is_refused_and_changes_nothing(visitor):
    person = visitor("it")

    answer = person.client.post("/me/language", data={"language": "ru"}, headers={"Accept": "text/html"})

    assert answer.status_code == 400
    assert "too old to be sent" in words(answer.text)
    assert 'lang="en"' in person.get("/me").text


def test_every_answer_carries_the_security_headers(app: Flask, visitor):
    person = visitor("it")
    for address in ("/inbox", "/login", "/healthz", "/no/such/page", "/orders/1", "/me"):
        headers = person.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy.replace("'unsafe-inline'", "") or "style-src" in policy
        assert "script-src 'self' 'unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers


def test_behind_https_the_cookies_are_pinned_to_the_host_and_hsts_is_on(installation: Settings):
    from dataclasses import replace

    from webapp.database import db

    app = create_app(replace(installation, url="https://orders.example"))
    answer = app.test_client().get("/login", base_url="https://orders.example")

    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "__Host-orderlane_page=" in answer.headers["Set-Cookie"]
    assert "Secure" in answer.headers["Set-Cookie"]
    assert access.cookie_name(app.config["ORDERLANE"]) == "__Host-orderlane"
    with app.app_context():
        db.engine.dispose()


def test_logging_in_is_slowed_down_by_address(visitor):
    person = visitor()

    answers = [person.client.get("/login/some-code").status_code for _ in range(61)]

    assert answers[:60] == [404] * 60
    assert answers[60] == 429


def test_an_upload_that_is_too_large_gets_a_sentence(installation: Settings, visitor, app: Flask):
    app.config["MAX_CONTENT_LENGTH"] = 1000

    answer = visitor("it").post("/orders/7/comments", {"text": "x" * 2000})

    assert answer.status_code == 413
    assert "larger than this installation accepts" in words(answer.text)


def test_a_program_gets_problem_json_and_a_person_a_page(app: Flask, visitor):
    person = visitor("it")

    page = person.get("/orders/12345")
    problem = person.get("/orders/12345", accept="application/json")

    assert "There is no such order, or you may not see it." in words(page.text)
    assert problem.mimetype == "application/problem+json"
    assert problem.json["status"] == 404
    assert problem.json["detail"] == "There is no such order, or you may not see it."


def test_a_fault_of_ours_is_logged_under_a_code_and_never_shown(adds_addresses, app: Flask, visitor, caplog):
    def broken() -> str:
        raise ZeroDivisionError("the secret of the house")

    app.add_url_rule("/broken", "broken", access.signed_in(broken))

    answer = visitor("it").get("/broken")

    code = re.search(r"E-[2-9A-Z]{4}", answer.text).group()
    assert answer.status_code == 500
    assert "The fault is ours." in words(answer.text)
    assert "the secret of the house" not in answer.text
    assert code in caplog.text
    assert "the secret of the house" in caplog.text


def test_a_refusal_rolls_back_what_the_view_had_done(adds_addresses, app: Flask, visitor):
    from engine.tables import Person
    from webapp.database import db

    def half() -> str:
        db.session.get_one(Person, "it").language = "ru"
        db.session.flush()
        raise Conflict("Somebody was faster.")

    app.add_url_rule("/half", "half", access.signed_in(half), methods=["POST"])
    person = visitor("it")

    answer = person.post("/half")

    assert answer.status_code == 409
    assert "Somebody was faster." in words(answer.text)
    assert 'lang="en"' in person.get("/me").text


def test_pages_speak_the_language_of_the_person_then_of_the_browser(visitor):
    person = visitor("it")

    person.post("/me/language", {"language": "ru"})

    assert 'lang="ru"' in person.get("/me").text
    assert 'lang="ro"' in visitor().get("/login", accept_language="ro, en;q=0.5").text
    assert 'lang="en"' in visitor().get("/login", accept_language="fr").text


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 30])
def test_a_number_that_is_no_key_has_no_page_and_is_no_fault_of_ours(app: Flask, visitor, number: str):
    manager = visitor("manager")
    addresses = [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    assert len(addresses) > 10
    for rule in addresses:
        address = re.sub(r"<int:\w+>", number, rule.rule)
        answer = manager.get(address) if "GET" in rule.methods else manager.post(address)
        # 405 where the address has another method too: the router looks at methods before it reads numbers.
        assert answer.status_code in {404, 405}, f"{rule.rule}: {answer.status_code}"

    for page in ("/orders", "/cockpit/orders", "/cockpit/mails", "/inbox", "/inbox/news"):
        assert manager.get(f"{page}?before={number}&after=1~~{number}&shown={number}").status_code == 200
    assert manager.post("/inbox/claim", {"selected": number}).status_code == 302
