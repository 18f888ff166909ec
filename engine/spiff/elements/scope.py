"""What processes and sub-processes share: a token that lives as long as there are tokens inside it."""

from __future__ import annotations

from engine.spiff.elements.element import Element
from engine.spiff.token import Token


class Scope(Element):
    """An element whose token is finished when the last token inside it is gone (one waiting at a join is not gone)."""

    def child_left(self, token: Token, child: Token) -> None:
        """The last one turns off the light."""
        if not token._children:
            self.finish(token)

    def terminate_inside(self, token: Token) -> None:
        """Take away everything inside."""
        for child in token.children:
            token.workflow.cut(child)
