"""Listeners stand where their event happens, and each asks for its work once."""

from __future__ import annotations

from lxml import etree

from engine.dialect.model import ZEEBE, Model, Node, extension
from engine.dialect.report import DialectReport, called, sentence_case

_GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway")
_EXECUTION = ("executionListeners", "executionListener")
_TASK = ("taskListeners", "taskListener")


def check(report: DialectReport, model: Model) -> None:
    """All rules on the places of listeners of one file."""
    for process in model.checked:
        _check_twice(report, process.element)
        _check_before_all(report, process.element, is_multi_instance=False)
        for node in process.nodes:
            _check_twice(report, node.element)
            _check_place(report, node)
            is_multi_instance = node.part("multiInstanceLoopCharacteristics") is not None
            _check_before_all(report, node.element, is_multi_instance)


def _listeners(element: etree._Element, holder: str, name: str) -> list[etree._Element]:
    found = extension(element, holder)
    return [] if found is None else found.findall(f"{{{ZEEBE}}}{name}")


def _check_twice(report: DialectReport, element: etree._Element) -> None:
    for holder, name in (_EXECUTION, _TASK):
        seen: set[tuple[str, str]] = set()
        for listener in _listeners(element, holder, name):
            what = ((listener.get("eventType") or "").strip(), (listener.get("type") or "").strip())
            if what in seen:
                report.at(
                    listener,
                    "listener_refused",
                    f'{sentence_case(called(element))} has two listeners "{what[1][:80]}" for {what[0][:20]}.',
                    "Leave one of the two.",
                )
            seen.add(what)


def _check_place(report: DialectReport, node: Node) -> None:
    for listener in _listeners(node.element, *_EXECUTION):
        fault = _fault(node, (listener.get("eventType") or "").strip())
        if fault:
            why, remedy = fault
            report.at(listener, "listener_refused", f"{sentence_case(called(node))} {why}.", remedy)


def _fault(node: Node, event: str) -> tuple[str, str] | None:
    if node.type == "boundaryEvent" and node.trigger == "compensation":
        return "has a listener, but is passed by nobody", "Put the listener on the step that undoes the work."
    if event == "start" and node.type == "startEvent":
        return "has a listener for start, where nothing is before it", (
            "Put it on the process or sub-process that begins there."
        )
    if event == "start" and node.type == "boundaryEvent":
        return "has a listener for start, but has happened when it is reached", (
            "Put it on the activity that it is attached to, or on the step behind it."
        )
    if event == "end" and node.type in _GATEWAYS:
        return "has a listener for end", "Put it on the steps behind the gateway, as a listener for start."
    if event == "end" and node.type == "endEvent" and node.trigger == "error":
        return "has a listener for end, but its path is over when the error is thrown", (
            "Put it on the event that catches the error."
        )
    return None


def _check_before_all(report: DialectReport, element: etree._Element, is_multi_instance: bool) -> None:
    if is_multi_instance:
        return
    for listener in _listeners(element, *_EXECUTION):
        if (listener.get("eventType") or "").strip() == "beforeAll":
            report.at(
                listener,
                "listener_refused",
                f"{sentence_case(called(element))} has a listener for beforeAll, but runs once only.",
                "Use start.",
            )
