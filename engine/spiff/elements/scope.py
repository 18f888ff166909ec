"""What processes and sub-processes share: a token that lives as long as there are tokens inside it."""

from __future__ import annotations

from engine.spiff.elements.element import Element
from engine.spiff.token import Token


class Scope(Element):
    """An element whose token is finished when the last token inside it is gone (one waiting at a join is not gone).

    Its event sub-processes wait on its token, from before its own start event runs until it begins to leave.
    """

    def child_left(self, token: Token, child: Token) -> None:
        """The last one turns off the light."""
        if not token._children:
            self.finish(token)

    def may_leave(self, token: Token) -> bool:
        """Nothing may begin inside any more."""
        self.close_event_sub_processes(token)
        return super().may_leave(token)

    def terminate_inside(self, token: Token) -> None:
        """Take away everything inside."""
        token.workflow.cut_inside(token)

    def close_event_sub_processes(self, token: Token) -> None:
        """Give up the waits of the event sub-processes; those of boundary events stay."""
        for start in self.event_starts:
            start.close_waits(token)
