"""Pages in Romanian and Russian: nobody meets English on the way, models and forms arrive translated."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache

import pytest
from sqlalchemy import select, update

import engine.database
from engine import clock
from engine.tables import UserTask
from tests.webapp import reading, stories
from webapp.accounts import links
from webapp.texts import catalogues

LANGUAGES = catalogues.LANGUAGES
_PLACE = re.compile(r"\{\w+\}")  # filled in by the browser
#: What stands on a Russian page in Latin letters and is right there: names, numbers of orders, keys, technical names.
DATA = """
    workshop fitter OM Orderlane IR IT PC JPEG PNG WebP PDF JSON JavaScript Ctrl Esc Enter English Română Europe Chisinau
    Forklift Hydraulic press HP FL Sales SALES HALL ADMIN CS Compresor șurub cu Administrație demo example EQ
""".split()


def ask(asker) -> str:
    """Ask for the repair of a lathe; returns the address of its first step."""
    wanted = (clock.now() + timedelta(days=5)).date().isoformat()
    answers = {"subject": "Токарный станок", "item_kind": "maintenance", "wanted_date": wanted}
    return asker.submit("/orders/new/internal_request", answers).json["go_to"]


def describe(asker, step: str) -> None:
    """Describe the fault; then the department may take the request."""
    answers = {
        "item": "equipment_repair",
        "equipment": "EQ-002",
        "fault": "Шум",
        "line_stopped": True,
        "cost_centre": "HALL1",
        "estimated_cost": 3500,
    }
    sent = asker.submit(f"{step}/complete", answers)
    assert sent.status_code == 200, sent.text


def open_step(database) -> UserTask:
    """The only open user task."""
    with engine.database.reading(database) as session:
        return session.scalars(select(UserTask).where(UserTask.state == "open")).one()


def english_on(page: str, code: str, texts) -> list[str]:
    """What stands on the page in English and should not."""
    read = reading.texts(page)
    if code == "ru":
        foreign = [(text, re.findall(r"[A-Za-zĂÂÎȘȚăâîșț]{2,}", _PLACE.sub("", text))) for text in read]
        return [text for text, latin in foreign if set(latin) - set(DATA)]
    return [text for text in read if text in _said_otherwise(code)]


@cache
def _said_otherwise(code: str) -> frozenset[str]:
    """The English texts that this language says in other words. A catalogue takes as long to read as five pages."""
    messages = [message for message in catalogues.read(code) if isinstance(message.id, str)]
    return frozenset(message.id for message in messages if message.id != message.string)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_requester_and_a_department_meet_no_english(visitor, database, speaking, texts, code):
    for login in ("workshop", "fitter"):
        speaking(login, code)
    asker, fitter = visitor("workshop"), visitor("fitter")
    pages = {address: asker.get(address).text for address in ("/inbox", "/orders", "/orders/new", "/me")}

    pages["start form"] = asker.get("/orders/new/internal_request").text
    started = ask(asker)
    pages["describe"] = asker.get(started).text
    describe(asker, started)
    task = open_step(database)
    pages["my orders with one"] = asker.get("/orders").text
    pages["order"] = asker.get(f"/orders/{task.process_instance_key}").text
    pages["inbox with one"] = fitter.get("/inbox").text
    pages["take"] = fitter.get(f"/user-tasks/{task.key}").text
    fitter.post(f"/user-tasks/{task.key}/claim")
    pages["taken"] = fitter.get(f"/user-tasks/{task.key}").text
    pages["order taken"] = asker.get(f"/orders/{task.process_instance_key}").text

    english = {name: found for name, page in pages.items() if (found := english_on(page, code, texts))}

    # The login of the asker happens to be a word, too.
    assert english.pop("/me", ["workshop"]) == ["workshop"]
    assert english == {}
    assert all(f'<html lang="{code}"' in page for page in pages.values())


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_manager_meets_no_english_in_the_cockpit(visitor, database, speaking, texts, code):
    speaking("manager", code)
    order = stories.asked(database, by="workshop", subject="Экран")
    manager = visitor("manager")
    with engine.database.transaction(database) as session:
        session.execute(update(UserTask).values(due_at=clock.now() - timedelta(hours=30)))
    addresses = ["/cockpit/", "/cockpit/orders", "/cockpit/orders?state=ended", "/cockpit/processes"]
    addresses += ["/cockpit/mails", f"/cockpit/orders/{order}"]
    pages = {address: manager.get(address).text for address in addresses}
    map_of = re.search(r"/cockpit/processes/\d+", pages["/cockpit/processes"]).group()
    pages |= {each: manager.get(each).text for each in (map_of, f"{map_of}/nodes/take_the_request")}

    english = {name: found for name, page in pages.items() if (found := english_on(page, code, texts))}

    assert english == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_whoever_is_not_signed_in_meets_the_language_of_the_browser(visitor, database, texts, code):
    stranger = visitor()
    with engine.database.transaction(database) as session:
        login = links.make(session, links.LOGIN, "workshop", now=clock.now())
        set_up = links.make(session, links.SET_UP, now=clock.now())
    addresses = ("/login", f"/login/{login}", f"/login/{set_up}", "/login/used", "/nowhere")

    pages = {each: stranger.get(each, accept_language=code).text for each in addresses}
    pages["wrong"] = stranger.post("/login", {"login": "x", "password": "y"}, accept_language=code).text

    assert {name: found for name, page in pages.items() if (found := english_on(page, code, texts))} == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_lists_without_rows_and_refused_answers_speak_the_language_too(
    visitor, database, speaking, texts, code
):
    speaking("fitter", code)
    fitter = visitor("fitter")
    addresses = ("/inbox?select=1", "/inbox?q=яяя", "/orders/new/nothing", "/user-tasks/1", "/cockpit/")

    pages = {each: fitter.get(each).text for each in addresses}
    pages["too short"] = fitter.post("/me/password", {"new": "1"}).text
    refused = fitter.submit("/orders/new/internal_request", {"subject": "", "item_kind": "tv"})

    assert {name: found for name, page in pages.items() if (found := english_on(page, code, texts))} == {}
    assert refused.status_code == 422
    assert not {"An answer is needed.", "This box must be ticked."} & set(refused.json["errors"].values())


@pytest.mark.parametrize("code", LANGUAGES)
def test_who_was_slower_reads_what_the_other_has_answered(visitor, database, speaking, texts, code):
    speaking("electrician", code)
    asker = visitor("workshop")
    describe(asker, ask(asker))
    task = open_step(database)
    faster, slower = visitor("fitter"), visitor("electrician")
    promised = (clock.now() + timedelta(days=2)).date()
    answers = {"worker": "fitter", "promised_date": promised.isoformat()}

    done = faster.submit(f"/user-tasks/{task.key}/complete", answers)
    late = slower.submit(f"/user-tasks/{task.key}/complete", answers | {"promised_date": "2027-01-31"})

    assert (done.status_code, late.status_code) == (200, 409)
    assert english_on(late.json["html"], code, texts) == []
    assert {"ro": "31 ian. 2027", "ru": "31 янв. 2027"}[code] in late.json["html"].replace("\xa0", " ")


def test_a_form_arrives_in_the_readers_language_and_stays_english_for_others(visitor, speaking):
    speaking("workshop", "ru")

    russian, english = (
        next(
            island
            for island in reading.islands(visitor(login).get("/orders/new/internal_request").text)
            if "schema" in island
        )["schema"]
        for login in ("workshop", "sales")
    )

    asked = {each["key"]: each for each in russian["components"]}
    assert asked["wanted_date"]["dateLabel"] == "К какому сроку нужно?"
    assert asked["item_kind"]["values"][0] == {"label": "ИТ: компьютеры и устройства", "value": "it"}
    assert english["components"][2]["dateLabel"] == "By when do you want it?"


def test_a_diagram_arrives_in_the_readers_language_and_stays_english_for_others(visitor, database, speaking):
    order = stories.asked(database)
    drawn = {}

    for code in ("ro", "en"):
        speaking("manager", code)
        page = visitor("manager").get(f"/cockpit/orders/{order}").text
        drawn[code] = next(island["xml"] for island in reading.islands(page) if "xml" in island)

    assert {"Aprobarea cererii", "Solicitant", "da"} <= set(reading.names(drawn["ro"]))
    assert {"Approve the request", "Requester", "yes"} <= set(reading.names(drawn["en"]))
    assert len(reading.names(drawn["ro"])) == len(reading.names(drawn["en"]))


def test_a_refusal_is_said_in_the_readers_language_with_its_places(visitor, database, speaking):
    speaking("fitter", "ru")
    order = stories.asked(database)
    task = stories.step_of(database, order)

    answer = visitor("fitter").put(f"/user-tasks/{task.key}/draft", {"submission": {}})

    assert answer.status_code in (403, 404)
    assert re.fullmatch(r"[А-Яа-яё ,.]+", answer.json["detail"]), answer.json["detail"]
