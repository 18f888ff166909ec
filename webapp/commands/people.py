"""orderlane user: people, their roles and their login links."""

from __future__ import annotations

import click
from sqlalchemy import delete, select

from engine import clock, database, roles, user_tasks
from engine.errors import NotFound, Refused
from engine.tables import Membership, Person, UserTask
from webapp import config
from webapp.accounts import links, sessions
from webapp.commands import as_json, print_json
from webapp.commands.prepared import prepared_database


@click.group()
def user() -> None:
    """Add people, give them roles, make login links."""


@user.command()
@click.argument("login")
@click.option("--name", required=True, help="As colleagues read it.")
@click.option("--role", "role_ids", multiple=True, help="A role (lane); may be given several times.")
@click.option("--lead", "lead_ids", multiple=True, help="A role that this person leads.")
@click.option("--email", default=None)
@click.option("--language", default="en", show_default=True)
def add(
    login: str,
    name: str,
    role_ids: tuple[str, ...],
    lead_ids: tuple[str, ...],
    email: str | None,
    language: str,
) -> None:
    """Add a person and print their one-time login link."""
    settings = config.load()
    if language not in settings.languages:
        raise Refused(f"Expected one of {', '.join(settings.languages)} as language, but got {language}.")
    with prepared_database(settings) as engine, database.transaction(engine) as session:
        if session.get(Person, login) is not None:
            raise Refused(f"The login {login} is taken. Choose another one.")
        given = list(dict.fromkeys((*role_ids, *lead_ids)))
        roles.add_person(session, login, name, given, email=email, language=language, leads=lead_ids)
        code = links.make(session, links.LOGIN, login, now=clock.now())
    click.echo(f"{settings.address}/login/{code}")


@user.command("link")
@click.argument("login")
def link_(login: str) -> None:
    """Make a new one-time login link for a person and print it; an earlier unused one ends."""
    settings = config.load()
    with prepared_database(settings) as engine, database.transaction(engine) as session:
        roles.actor(session, login)
        code = links.make(session, links.LOGIN, login, now=clock.now())
    click.echo(f"{settings.address}/login/{code}")


@user.command("set-up")
def set_up() -> None:
    """Make a new set-up link: whoever opens it becomes an administrator. An earlier unused one ends."""
    settings = config.load()
    with prepared_database(settings) as engine, database.transaction(engine) as session:
        code = links.make(session, links.SET_UP, now=clock.now())
    click.echo(f"{settings.address}/login/{code}")


@user.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List people with their roles."""
    with prepared_database() as engine, database.reading(engine) as session:
        people = session.scalars(select(Person).order_by(Person.login)).all()
        of: dict[str, list[str]] = {person.login: [] for person in people}
        for row in session.scalars(select(Membership).order_by(Membership.role_id)):
            of[row.login].append(row.role_id)
    if as_json:
        print_json(
            [
                {"login": each.login, "name": each.name, "active": each.active, "roles": of[each.login]}
                for each in people
            ]
        )
        return
    for each in people:
        mark = "" if each.active else " (inactive)"
        click.echo(f"{each.login:<20} {each.name}{mark}: {', '.join(of[each.login]) or 'no role'}")


@user.command("roles")
@click.argument("login")
@click.argument("role_ids", nargs=-1)
def roles_(login: str, role_ids: tuple[str, ...]) -> None:
    """Give a person exactly these roles; the sessions of the person end, so that the change holds at once."""
    with prepared_database() as engine, database.transaction(engine) as session:
        roles.actor(session, login)
        session.execute(delete(Membership).where(Membership.login == login))
        for role_id in dict.fromkeys(role_ids):
            roles.ensure_role(session, role_id)
            session.flush()
            session.add(Membership(role_id=role_id, login=login))
        sessions.end_all(session, login)
    click.echo(f"{login}: {', '.join(role_ids) or 'no role'}.")


@user.command()
@click.argument("login")
def deactivate(login: str) -> None:
    """Let a person in no more; they stay in the history. What they had taken goes back to its roles."""
    now = clock.now()
    with prepared_database() as engine, database.transaction(engine) as session:
        person = session.get(Person, login)
        if person is None:
            raise NotFound(f"Nobody has the login {login}.")
        mine = select(UserTask.key).where(UserTask.state == "open", UserTask.assignee == login)
        actor = roles.Actor(login, person.name)
        keys = session.scalars(mine).all()
        for key in keys:
            user_tasks.release(session, key, actor=actor, now=now)
        person.active = False
        ended = sessions.end_all(session, login)
    click.echo(f"{login} is inactive. {len(keys)} taken steps went back, {ended} sessions ended.")
