"""Mails are in the language of whoever reads them, not of whoever caused them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

import engine.database
from engine import clock, instances, roles, sentences, user_tasks
from engine.forms.sentences import Counted, Number
from engine.sentences import Label, Sentence, _l
from engine.tables import Mail
from tests.webapp.stories import only_step

PRINTER = {
    "item": "computer_repair",
    "device": "PC 14",
    "problem": "Nu pornește",
    "cost_centre": "SALES",
    "estimated_cost": 9000,
}
RULE = {"decision": "declined", "decline_reason": "Buget"}


def declined_mail(database, requester: str) -> Mail:
    """A request of the requester, declined by the department head, who reads English; the mail about it."""
    now = clock.now()
    wanted = {
        "subject": "PC 14",
        "item_kind": "it",
        "wanted_date": (now + timedelta(days=3)).date().isoformat(),
    }
    with engine.database.transaction(database) as session:
        asker, head = roles.actor(session, requester), roles.actor(session, "head")
        order = instances.start(session, "internal_request", submission=wanted, actor=asker, now=now)
        user_tasks.complete(session, only_step(session, order.key).key, PRINTER, actor=asker, now=now)
        user_tasks.complete(session, only_step(session, order.key).key, RULE, actor=head, now=now)
        return session.scalars(select(Mail)).one()


@pytest.mark.parametrize(
    "requester, subject, body",
    [
        ("office", "Respinsă: IR-0001, PC 14", "Cererea a fost respinsă. Motivul: Buget"),
        ("workshop", "Отклонено: IR-0001, PC 14", "Заявка отклонена. Причина: Buget"),
        ("sales", "Declined: IR-0001, PC 14", "Your request was declined. The reason: Buget"),
    ],
)
def test_a_mail_is_in_the_language_of_its_reader(app, database, requester, subject, body):
    mail = declined_mail(database, requester)

    assert (mail.subject, mail.body) == (subject, body)


def test_places_of_a_mail_follow_that_language_too(app):
    sentence = Sentence(
        _l("Late: {step}, {order}"),
        step=Label("Do the work"),
        order=[Number("1360.5"), Decimal("2.50"), date(2026, 11, 24)],
    )
    moment = Sentence(
        _l(
            'Stuck: the worker that took "{step}" has not come back since {until}: it was killed, or this takes too long. '
            "Start a worker, or start the one that hangs anew."
        ),
        step=Label("Do the work"),
        until=datetime(2026, 11, 24, 9, 30, tzinfo=clock.now().tzinfo),
    )
    rows = Counted(
        ("{due} row needed, {given} given.", "{due} rows needed, {given} given."), 2, due=2, given=1
    )

    said = [
        sentences.in_language(each, "ru").replace("\N{NO-BREAK SPACE}", " ")
        for each in (sentence, moment, rows)
    ]

    assert said[0] == "Просрочено: Выполнение работы, 1 360,5, 2,5, 24 нояб. 2026"
    assert said[1].startswith(
        "Застрял: обработчик, взявший «Выполнение работы», не вернулся к 24 нояб. 2026, 09:30 UTC: его остановили,"
    )
    assert said[2] == "Нужны 2 строки, указано 1."


def test_without_a_translator_everything_is_said_in_english(app):
    sentences.translate_with(None)

    assert (
        sentences.in_language(Sentence(_l("Late: {step}, {order}"), step="Work", order="IR-1"), "ru")
        == "Late: Work, IR-1"
    )


def test_a_language_without_a_catalogue_is_english(app):
    assert sentences.in_language(Sentence(_l("An answer is needed.")), "zh-CN") == "An answer is needed."
