"""The calendars of the demo company: where it works from, who can do what until when, zones, shifts, vans, what can be booked.

Everybody in a role that goes out gets a calendar, whichever family of this package they come from.
"""

from __future__ import annotations

from datetime import date, time
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.tables import Membership
from processes.records import bookable_services, locations, resources, skills, staff_times, visits, zones

_SITE = ["Technician", "Installer"]
PEOPLE: list[tuple[str, str, str, list[str], list[str]]] = [
    ("dispatcher", "D. S.", "en", ["Dispatcher"], ["Dispatcher"]),
    ("technician", "Т. Н.", "ru", ["Technician"], ["Technician"]),
    ("technician2", "T. C.", "en", _SITE, []),
    ("installer", "У. Ц.", "ru", ["Installer", "Technician"], ["Installer"]),
    ("representative", "R. P.", "en", ["Representative"], ["Representative"]),
    ("representative2", "R. Ț.", "ro", ["Representative"], []),
]

WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
MAIN = "main"

# id, name in en, ro, ru
SKILLS: list[tuple[str, str, str, str]] = [
    ("appliances", "Household appliances", "Electrocasnice", "Бытовая техника"),
    ("refrigeration", "Refrigerants", "Agenți frigorifici", "Хладагенты"),
    ("appliance_installation", "Connecting appliances", "Racordarea aparatelor", "Подключение техники"),
    ("window_measuring", "Measuring windows", "Măsurarea ferestrelor", "Замер окон"),
    ("window_installation", "Installing windows", "Montarea ferestrelor", "Установка окон"),
]

# login, skill, level, until when, number of the certificate
QUALIFICATIONS: list[tuple[str, str, int, date | None, str | None]] = [
    ("technician", "appliances", 3, None, None),
    ("technician", "refrigeration", 2, date(2028, 6, 30), "F-GAS 0417"),
    ("technician2", "appliances", 2, None, None),
    ("technician2", "appliance_installation", 2, date(2027, 12, 31), "AI 0088"),
    ("technician2", "window_installation", 2, date(2028, 12, 31), "WI 0131"),
    ("installer", "appliances", 1, None, None),
    ("installer", "appliance_installation", 3, date(2028, 12, 31), "AI 0041"),
    ("installer", "window_installation", 3, date(2028, 12, 31), "WI 0107"),
    ("representative", "window_measuring", 3, None, None),
    ("representative2", "window_measuring", 2, None, None),
]
_QUALIFIED_FROM = date(2020, 1, 1)

# id, name, words of its addresses, people
ZONES: list[tuple[str, str, list[str], list[str]]] = [
    ("centre", "Centru", ["centru", "central", "md-2001", "example"], ["technician", "representative"]),
    ("botanica", "Botanica", ["botanica", "md-2060"], ["technician2", "installer", "representative2"]),
    ("rascani", "Rîșcani", ["rîșcani", "riscani", "md-2068"], ["technician2", "representative"]),
]

# id, name
VANS: list[tuple[str, str]] = [("van-1", "Furgon 1"), ("van-2", "Furgon 2")]

# id, members
CREWS: list[tuple[str, str, list[str]]] = [("crew-1", "Echipa de montaj", ["installer", "technician2"])]

# id, message, kind, skill, minutes, hours ahead, names and hints in en, ro, ru
SERVICES: list[tuple[str, str, str, str, int, int, tuple[str, str, str], tuple[str, str, str]]] = [
    (
        "window_estimate",
        "web_booking",
        visits.ESTIMATE,
        "window_measuring",
        60,
        4,
        ("Estimate for windows", "Deviz pentru ferestre", "Замер и смета окон"),
        (
            "We measure at your place, free of charge",
            "Măsurăm la dumneavoastră, gratuit",
            "Замерим у вас, бесплатно",
        ),
    ),
]


def fill(session: Session) -> None:
    """Add them to the company; its people are there already."""
    locations.put(
        session,
        MAIN,
        "Atelierul central",
        time_zone="Europe/Chisinau",
        week=WEEK,
        address="12 Example Street, MD-2001 Chișinău",
        country="MD",
    )
    for skill_id, en, ro, ru in SKILLS:
        skills.put(session, skill_id, {"en": en, "ro": ro, "ru": ru})
    roles = sorted(set(chain.from_iterable(visits.ROLES.values())))
    outside = select(Membership.login).where(Membership.role_id.in_(roles)).distinct()
    for login in sorted(session.scalars(outside)):
        resources.put(session, login, resources.PERSON, MAIN)
        staff_times.work_weekly(session, login, range(5), time(9), time(18))
    for login, skill_id, level, until, certificate in QUALIFICATIONS:
        skills.qualify(session, login, skill_id, _QUALIFIED_FROM, until, level=level, certificate=certificate)
    for van_id, name in VANS:
        resources.put(session, van_id, resources.VEHICLE, MAIN, name=name)
    for crew_id, name, members in CREWS:
        resources.put(session, crew_id, resources.CREW, MAIN, name=name, members=members)
    for zone_id, name, words, people in ZONES:
        zones.put(session, zone_id, name, words, people)
    for position, (service_id, message, kind, skill, minutes, ahead, names, hints) in enumerate(SERVICES):
        bookable_services.put(
            session,
            service_id,
            dict(zip(("en", "ro", "ru"), names, strict=True)),
            message=message,
            visit_kind=kind,
            skill_id=skill,
            minutes=minutes,
            ahead_hours=ahead,
            hints=dict(zip(("en", "ro", "ru"), hints, strict=True)),
            position=position,
        )
