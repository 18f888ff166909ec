"""What must be true before we serve: tables, deployed processes, and somebody who can sign in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine import clock, database, roles
from engine import settings as house_settings
from engine.definitions import Deployed
from engine.tables import Membership, Person
from processes import catalogue, demo
from webapp import schema
from webapp.accounts import links
from webapp.config import Settings


def prepare(settings: Settings) -> Iterator[str]:
    """Upgrade the database, deploy processes/, let the first people in. Yields what was done, a line each.

    Secret links are given only by the start that makes them: a later start prints none.
    """
    engine = database.connect(settings.database_url)
    try:
        schema.upgrade(engine)
        now = clock.now()
        with database.transaction(engine) as session:
            # What writes mails below the web knows no configuration: links to customers begin with this address.
            house_settings.put(session, "public_url", settings.address)
            is_empty = not session.scalar(select(exists().where(Person.active)))
            if is_empty and not settings.is_production:
                demo.build(session, now)
                lines = _login_links(session, settings)
            else:
                lines = deploy(session, now)
                lines += _set_up_link(session, settings) if is_empty else []
    finally:
        engine.dispose()
    yield from lines


def deploy(session: Session, now: datetime) -> list[str]:
    """Deploy the process packages that have changed, with a role for each lane that has none yet; says what is new."""
    changed = catalogue.changed(session)
    for package in changed:
        for process in package.processes().values():
            for lane in sorted({each.lane for each in process.elements.values() if each.lane}):
                roles.ensure_role(session, lane)
                session.flush()
    deployed = catalogue.deploy(session, changed, now=now)
    return [line for each in deployed for line in new_versions(each)]


def new_versions(deployed: Deployed) -> list[str]:
    """A line for each process, form and decision of which a deployment has made a new version."""
    return [
        *(f'Deployed "{row.name}", version {row.version}.' for row in deployed.processes),
        *(f'Deployed the form "{row.form_id}", version {row.version}.' for row in deployed.forms),
        *(f'Deployed the decision "{row.decision_id}", version {row.version}.' for row in deployed.decisions),
    ]


def _set_up_link(session: Session, settings: Settings) -> list[str]:
    now = clock.now()
    if links.has_open(session, links.SET_UP, now=now):
        return ["The set-up link was printed by an earlier start. For a new one: orderlane user set-up"]
    code = links.make(session, links.SET_UP, now=now)
    return [
        "Open this link once, within 7 days, to become the administrator:",
        f"  {settings.address}/login/{code}",
    ]


def _login_links(session: Session, settings: Settings) -> list[str]:
    """A line for each person of the demo company, with a link that works once."""
    now = clock.now()
    roles_of: dict[str, list[str]] = {}
    for row in session.scalars(select(Membership).order_by(Membership.role_id)):
        roles_of.setdefault(row.login, []).append(row.role_id)
    lines = ["The demo company is ready. One link for each person, it works once:"]
    for person in session.scalars(select(Person).where(Person.active).order_by(Person.login)):
        code = links.make(session, links.LOGIN, person.login, now=now)
        lines.append(f"  {settings.address}/login/{code}")
        lines.append(f"      {person.name}, {person.language}: {', '.join(roles_of.get(person.login, []))}")
    lines.append("Later: orderlane user link LOGIN makes a new one.")
    return lines
