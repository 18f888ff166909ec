"""Ad-hoc sub-processes with a worker, and what it is asked, for the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import spiff
from tests.engine.spiff.diagrams import Node, ad_hoc, user
from tests.engine.spiff.play import Play

WORK = '<zeebe:taskDefinition type="agent" retries="2"/>'


def agent(*nodes, zeebe: str = "", tasks=("a", "b", "c"), **how) -> Node:
    """An ad-hoc sub-process of user tasks with a worker of the type `agent`."""
    return ad_hoc("work", *(nodes or [user(task) for task in tasks]), zeebe=WORK + zeebe, **how)


def job(played: Play) -> spiff.JobOpened:
    """The job that was opened last."""
    return [fact for fact in played.facts if isinstance(fact, spiff.JobOpened)][-1]


def needs(played: Play) -> dict[str, str]:
    """{element: what it needs to go on}."""
    found = spiff.standing(played.instance)
    return {one.element_id: one.needs for one in found if one.type != "adHocSubProcessInnerInstance"}


def directed(document: bytes, answer: Callable[..., Any], **variables) -> Play:
    """The process begun in a house where an operation is the worker."""
    game = Play(document, **variables)
    game.house.operations["agent"] = answer
    return game.start()
