"""Where the engine plays: an instance in memory that is dumped and loaded after every verb."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine import spiff
from engine.spiff import versions
from engine.xml import parse
from tests.engine.spiff.oracles.elements.drawing import Drawing
from tests.engine.spiff.play import Play

#: Which of the tokens that one flow node may have at the same moment a token is; all others are the node's own.
LAYERS = {
    "multiInstanceBody": "body",
    "standardLoopBody": "body",
    "compensationScope": "restored",
    "adHocSubProcessInnerInstance": "path",
}


class Board:
    """What a walk asks of the side that plays with the engine."""

    def instance(self) -> spiff.Instance:
        """The instance as it stands now."""
        raise NotImplementedError

    def tokens(self, element_id: str, layer: str) -> list[int]:
        """The open tokens of a flow node, oldest first."""
        return sorted(
            token.token_id
            for token in self.instance().tokens()
            if token.element_id == element_id
            and token.state != "join"
            and LAYERS.get(token.type, "inner") == layer
        )

    def stands(self) -> dict[str, Any]:
        """Everything that must be as the oracle says."""
        instance = self.instance()
        tokens = sorted(instance.tokens(), key=lambda token: token.token_id)
        ends = [t for t in tokens if not (t.is_scope and t.state == "waiting")]
        marks = {"waiting": "", "join": "+", "incident": "!"}
        return {
            "finished": instance.is_finished,
            "open": [t.element_id + marks[t.state] for t in ends if t.state != "join"],
            "joins": sorted(t.element_id for t in ends if t.state == "join"),
            "variables": [instance.variables(t.token_id) for t in ends if t.state != "join"],
            "waits": sorted(
                (
                    plain(w.event_id),
                    w.kind,
                    w.message_name or w.signal_name or w.condition or "",
                    str(w.due_at),
                    str(w.correlation_key),
                    w.repeats,
                )
                for w in instance.waits()
            ),
        }


class Memory(Board):
    """One instance in memory."""

    def __init__(self, drawing: Drawing, variables: dict[str, Any]):
        self.played = Play(drawing.document, *drawing.called, **variables)
        self.played.start()

    def move_to(self, now: datetime) -> None:
        self.played.house.now = now

    def instance(self) -> spiff.Instance:
        return self.played.instance

    def stands(self) -> dict[str, Any]:
        thrown = [told for fact in self.played.facts if (told := _told(fact)) is not None]
        return super().stands() | {"thrown": thrown, "root": self.played.root}

    def move(self, drawing: Drawing, mapping: dict[str, str]) -> None:
        """The instance goes on in a new version; the processes that it calls stay."""
        played = self.played
        [new] = spiff.read(parse(drawing.document)).values()
        played.instance = versions.move(
            spiff.dump(self.instance()), played.process, new, mapping, played.house
        )
        played.process = new
        played._reload()

    # -- verbs ------------------------------------------------------------------------------------------------------

    def complete(self, token: int, given: dict[str, Any]) -> None:
        self.instance().complete(token, given)
        self.played._reload()

    def answer(self, token: int, given: dict[str, Any]) -> None:
        self.instance().answer_listener(token, spiff.Answer(given))
        self.played._reload()

    def fail(self, token: int, code: str, given: dict[str, Any]) -> None:
        self.instance().throw_error(token, code, None, given)
        self.played._reload()

    def retry(self, token: int) -> None:
        self.instance().retry(token)
        self.played._reload()

    def activate(self, token: int, element_id: str, given: dict[str, Any]) -> None:
        self.instance().activate(token, [element_id], given)
        self.played._reload()

    def direct(
        self,
        token: int,
        begun: list[tuple[str, dict[str, Any]]],
        enough: bool,
        cancel: bool,
        given: dict[str, Any],
    ) -> None:
        self.instance().direct(token, given, spiff.Direction(tuple(begun), enough, cancel))
        self.played._reload()

    def fire(self, token: int, key: str, given: dict[str, Any]) -> None:
        waits = self.instance().waits()
        theirs = next((w.event_id for w in waits if w.token_id == token and plain(w.event_id) == key), key)
        self.instance().fire(token, theirs, given)
        self.played._reload()

    def signal(self, name: str, given: dict[str, Any]) -> None:
        self.instance().signal(name, given)
        self.played._reload()

    def write(self, given: dict[str, Any]) -> None:
        self.instance().set_variables(given)
        self.played._reload()


def plain(event_id: str) -> str:
    """One instance of a multi-instance activity waits under its own name, with brackets."""
    return event_id.replace("[]", "")


def _told(fact: Any) -> tuple[Any, ...] | None:
    match fact:
        case spiff.SignalThrown():
            return ("signal", fact.element_id, fact.name, fact.variables)
        case spiff.MessageThrown():
            return ("message", fact.element_id, fact.name, fact.correlation_key, fact.variables)
        case spiff.EscalationUncaught():
            return ("uncaught", fact.element_id, fact.code)
    return None
