"""What a customer sends from a page of the portal, as the form of the user task takes it; and the answer itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import forms, roles, user_tasks
from engine.errors import Conflict, Refused, UserTaskClosed
from engine.sentences import _l
from processes.records import customer_links
from webapp.portal.door import Door

LONGEST = 2000
DECISIONS = ("approved", "declined", "change")


class AnswerIncomplete(Refused):
    """Something is missing in your answer. Fill it in and send it again."""


class AnsweredAlready(Conflict):
    """This was answered already, so your answer was not taken. Call us if you want it otherwise."""


def read(purpose: str, sent: Mapping[str, str]) -> dict[str, Any]:
    """The submission in what a browser sent. Raises AnswerIncomplete."""
    if purpose == customer_links.QUOTE:
        return _decision(sent)
    if purpose == customer_links.SURVEY:
        return _score(sent)
    if purpose == customer_links.CLARIFY:
        return {"customer_answer": _text(sent, "customer_answer", _l("Write your answer, then send it."))}
    raise Refused(_l("Nothing can be answered on this page."))


def give(session: Session, door: Door, submission: Mapping[str, Any], *, now: datetime) -> None:
    """Complete the question of an open door as its customer, once, and note it on the link.

    The same answer again changes nothing. Raises AnsweredAlready for another one, AnswerIncomplete when the form of the
    question refuses it.
    """
    if door.user_task is None:
        _refuse_another(door, submission)
        return
    actor = roles.customer(door.customer.name)
    try:
        user_tasks.complete(session, door.user_task.key, submission, actor=actor, now=now)
    except UserTaskClosed as closed:
        raise AnsweredAlready from closed
    except forms.SubmissionInvalid as invalid:
        raise AnswerIncomplete(next(iter(invalid.errors.values()))) from invalid
    customer_links.use(session, door.link, dict(submission), now=now)


def _refuse_another(door: Door, submission: Mapping[str, Any]) -> None:
    """Pressing twice is no fault: only an answer that differs from what was taken is refused."""
    taken = door.link.answer
    if taken is None or any(taken.get(name) != value for name, value in submission.items()):
        raise AnsweredAlready


def _decision(sent: Mapping[str, str]) -> dict[str, Any]:
    decision = sent.get("decision")
    if decision not in DECISIONS:
        raise AnswerIncomplete(_l("Choose whether you approve the quote, decline it or ask for a change."))
    if decision == "approved":
        return {"decision": decision}
    why = (
        _l("Say in a few words why you decline: it helps us to do better.")
        if decision == "declined"
        else _l("Say what we should change.")
    )
    return {"decision": decision, "reason": _text(sent, "reason", why)}


def _score(sent: Mapping[str, str]) -> dict[str, Any]:
    score = sent.get("score", "")
    if score not in {"1", "2", "3", "4", "5"}:
        raise AnswerIncomplete(_l("Choose a number from 1 to 5."))
    comment = _plain(sent.get("comment", ""))
    return {"score": int(score), **({"comment": comment} if comment else {})}


def _text(sent: Mapping[str, str], name: str, missing: str) -> str:
    text = _plain(sent.get(name, ""))
    if not text:
        raise AnswerIncomplete(missing)
    return text


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()[:LONGEST]
