"""Signing in and out: passwords, pauses, one-time links, sessions that end."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

import engine.database
from engine import clock, roles
from engine.tables import Person
from tests.webapp.visitors import words
from webapp.accounts import links, passwords, sessions
from webapp.tables import Credential, LoginLink, LoginSession

PASSWORD = "four words nobody guesses"


@pytest.fixture
def with_password(begin_with):
    def given(database):
        with engine.database.transaction(database) as session:
            passwords.set_password(session, "sales", PASSWORD, now=clock.now())

    begin_with("with a password", given)


def test_the_right_password_opens_the_inbox_and_the_cookie_is_closed_to_scripts(visitor, with_password):
    person = visitor()

    answer = person.post("/login", {"login": "sales", "password": PASSWORD})

    assert (answer.status_code, answer.location) == (302, "/inbox")
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("orderlane="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert person.get("/inbox").status_code == 200


@pytest.mark.parametrize("login", ["sales", "nobody"])
def test_a_wrong_password_and_an_unknown_login_get_the_same_sentence(visitor, with_password, login):
    answer = visitor().post("/login", {"login": login, "password": "wrong wrong wrong"})

    assert answer.status_code == 422
    assert "Login and password do not belong together." in words(answer.text)


def test_after_five_wrong_passwords_even_the_right_one_waits(visitor, with_password):
    person = visitor()
    for _ in range(5):
        person.post("/login", {"login": "sales", "password": "wrong wrong wrong"})

    answer = person.post("/login", {"login": "sales", "password": PASSWORD})

    assert answer.status_code == 429
    assert "Try again in 15 minutes" in words(answer.text)


def test_the_pause_is_over_after_a_quarter_of_an_hour(database):
    now = clock.now()
    with engine.database.transaction(database) as session:
        for _ in range(5):
            passwords.note_refusal(session, "Sales ", "127.0.0.1", now=now)

        assert passwords.is_paused(session, "sales", now=now + timedelta(minutes=14))
        assert not passwords.is_paused(session, "sales", now=now + timedelta(minutes=16))
        assert not passwords.is_paused(session, "office", now=now)


def test_a_password_is_stored_as_argon2id_and_a_short_one_is_refused(database, with_password):
    with engine.database.transaction(database) as session:
        stored = session.get_one(Credential, "sales").password_hash

        assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        with pytest.raises(passwords.PasswordRefused) as refused:
            passwords.set_password(session, "sales", "too short", now=clock.now())
        assert str(refused.value.sentence) == "15 to 128 characters needed, 9 given."


def test_a_login_link_shows_who_it_is_for_and_works_once(visitor, database):
    with engine.database.transaction(database) as session:
        code = links.make(session, links.LOGIN, "it", now=clock.now())
    person = visitor()

    shown = person.get(f"/login/{code}")
    first = person.post(f"/login/{code}")
    again = visitor().post(f"/login/{code}")

    assert "Sign in as M. T." in words(shown.text)
    assert first.location == "/inbox"
    assert again.status_code == 404
    assert "This link has been used or has expired." in words(again.text)


def test_looking_at_a_link_uses_nothing_up(visitor, database):
    with engine.database.transaction(database) as session:
        code = links.make(session, links.LOGIN, "it", now=clock.now())

    for _ in range(3):
        assert visitor().get(f"/login/{code}").status_code == 200
    with engine.database.reading(database) as session:
        assert session.scalars(select(LoginLink)).one().used_at is None


def test_a_new_link_ends_the_one_before_it_and_each_ends_after_a_week(database):
    now = clock.now()
    with engine.database.transaction(database) as session:
        first = links.make(session, links.LOGIN, "it", now=now)
        second = links.make(session, links.LOGIN, "it", now=now)

        with pytest.raises(links.LinkRefused):
            links.look(session, first, now=now)
        assert links.look(session, second, now=now).login == "it"
        with pytest.raises(links.LinkRefused):
            links.look(session, second, now=now + timedelta(days=7))


def test_neither_links_nor_sessions_are_stored_readable(visitor, database):
    with engine.database.transaction(database) as session:
        code = links.make(session, links.LOGIN, "it", now=clock.now())
        session_id = sessions.start(session, "it", now=clock.now())

        assert code.encode() not in session.scalars(select(LoginLink)).one().code_hash
        assert len(session.scalars(select(LoginSession)).one().id_hash) == 32
        assert session_id.encode() not in session.scalars(select(LoginSession)).one().id_hash


@pytest.mark.parametrize(
    ("idle", "total", "is_in"),
    [
        (timedelta(hours=7, minutes=59), timedelta(hours=12), True),
        (timedelta(hours=8), timedelta(hours=12), False),
        (timedelta(minutes=1), timedelta(hours=23, minutes=59), True),
        (timedelta(minutes=1), timedelta(hours=24), False),
    ],
)
def test_a_session_ends_after_eight_idle_hours_and_after_a_day_in_any_case(database, idle, total, is_in):
    start = clock.now()
    with engine.database.transaction(database) as session:
        session_id = sessions.start(session, "it", now=start)
        sessions.note_seen(session, session_id, now=start + total - idle)

        found = sessions.find(session, session_id, now=start + total)

    assert (found is not None) == is_in


def test_a_page_view_moves_the_idle_limit_but_not_at_every_view(visitor, database):
    person = visitor("it")
    person.get("/me")
    with engine.database.transaction(database) as session:
        first = session.scalars(select(LoginSession.seen_at)).one()
        session.execute(update(LoginSession).values(seen_at=first - timedelta(hours=2)))

    person.get("/me")

    with engine.database.reading(database) as session:
        assert session.scalars(select(LoginSession.seen_at)).one() > first - timedelta(minutes=1)


def test_signing_out_ends_the_session_on_the_server(visitor, app):
    person = visitor("it")
    stolen = person.client.get_cookie("orderlane").value

    person.post("/logout")

    thief = app.test_client()
    thief.set_cookie("orderlane", stolen)
    assert thief.get("/inbox", headers={"Accept": "text/html"}).location == "/login?next=/inbox"


def test_signing_in_gives_a_new_session_id_and_a_new_page_token(visitor, with_password):
    person = visitor()
    person.client.set_cookie("orderlane", "planted-by-somebody")
    token = person.token

    person.post("/login", {"login": "sales", "password": PASSWORD})
    person.forget_token()

    assert person.client.get_cookie("orderlane").value != "planted-by-somebody"
    assert person.token != token


def test_a_person_who_was_deactivated_is_out_at_once(visitor, database):
    person = visitor("it")
    assert person.get("/inbox").status_code == 200

    with engine.database.transaction(database) as session:
        session.get_one(Person, "it").active = False

    assert person.get("/inbox").status_code == 302


def test_changing_the_password_asks_for_the_old_one_and_signs_other_browsers_out(visitor, with_password):
    here, elsewhere = visitor("sales"), visitor("sales")

    refused = here.post("/me/password", {"old": "wrong wrong wrong", "new": "another long password"})
    done = here.post("/me/password", {"old": PASSWORD, "new": "another long password"})

    assert "The old password is not right." in words(refused.text)
    assert done.status_code == 302
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302


def test_a_login_page_sends_nobody_to_another_house(visitor, with_password):
    for target in ("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"):
        answer = visitor().post("/login", {"login": "sales", "password": PASSWORD, "next": target})
        assert answer.location == "/inbox"

    answer = visitor().post("/login", {"login": "sales", "password": PASSWORD, "next": "/orders?before=1"})
    assert answer.location == "/orders?before=1"


def test_the_set_up_link_makes_one_administrator_who_may_everything(visitor, database):
    with engine.database.transaction(database) as session:
        code = links.make(session, links.SET_UP, now=clock.now())
    form = {"login": "root.1", "name": "R. O.", "language": "ro", "password": PASSWORD}
    person = visitor()

    short = person.post(f"/login/{code}", {**form, "password": "short"})
    made = person.post(f"/login/{code}", form)
    again = visitor().post(f"/login/{code}", {**form, "login": "root.2"})

    assert "15 to 128 characters needed, 5 given." in words(short.text)
    assert made.location == "/inbox"
    assert again.status_code == 404
    with engine.database.reading(database) as session:
        assert roles.actor(session, "root.1").roles == {"administrator"}
        assert session.get(Person, "root.2") is None
