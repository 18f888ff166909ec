"""What a customer sends from a page of the portal, as the form of the user task takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Refused
from engine.sentences import _l
from processes.records import customer_links

LONGEST = 2000
DECISIONS = ("approved", "declined", "change")
VISIT_ANSWERS = ("confirmed", "move", "call")


class AnswerIncomplete(Refused):
    """Something is missing in your answer. Fill it in and send it again."""


def read(purpose: str, sent: Mapping[str, str]) -> dict[str, Any]:
    """The submission in what a browser sent. Raises AnswerIncomplete."""
    if purpose == customer_links.QUOTE:
        return _decision(sent)
    if purpose == customer_links.SURVEY:
        return _score(sent)
    if purpose == customer_links.CLARIFY:
        return {"customer_answer": _text(sent, "customer_answer", _l("Write your answer, then send it."))}
    if purpose == customer_links.SOLUTION:
        return _accepted(sent)
    if purpose == customer_links.BOOKING:
        return _visit(sent)
    raise Refused(_l("Nothing can be answered on this page."))


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


def _accepted(sent: Mapping[str, str]) -> dict[str, Any]:
    decision = sent.get("decision")
    if decision not in ("accepted", "declined"):
        raise AnswerIncomplete(_l("Choose whether you accept what we offer."))
    if decision == "accepted":
        return {"decision": decision}
    return {"decision": decision, "reason": _text(sent, "reason", _l("Say in a few words what is missing."))}


def _visit(sent: Mapping[str, str]) -> dict[str, Any]:
    answer = sent.get("visit_answer")
    if answer not in VISIT_ANSWERS:
        raise AnswerIncomplete(_l("Confirm the time, choose another one, or let us call you."))
    if answer != "move":
        return {"visit_answer": answer}
    return {
        "visit_answer": answer,
        "visit_start": _text(sent, "visit_start", _l("Choose a time, then send it.")),
    }


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
