"""What multi-instance and standard loop share: a body around an activity, inside which the activity runs several times.

The body has the boundary events and the sequence flows, and it is compensated as a whole. Mappings and listeners belong
to each run of the activity, whose token is a child of the body's, but for listeners that are asked once before all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from engine.spiff import listeners
from engine.spiff.elements.scope import Scope

if TYPE_CHECKING:
    from engine.spiff.elements.element import Element
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class Repetition(Scope):
    """The body; `inner` is the activity itself."""

    takes_results = False
    body_type = ""

    def __init__(self, process: Process, source: Source, loop: etree._Element):
        super().__init__(process, source)
        self.type = self.body_type
        self.input_mappings = ()
        self.output_mappings = ()
        before_all = self.listeners.get(listeners.BEFORE_ALL)
        self.listeners = {listeners.START: before_all} if before_all else {}
        self.inner: Element

    @classmethod
    def around(cls, kind: type[Element], process: Process, source: Source, loop: etree._Element) -> Element:
        """Make body and activity; the activity is what readers of the process see."""
        body = cls(process, source, loop)
        source.spec_id = f"{source.element_id}[]"
        body.inner = kind(process, source)
        body.inner.body = body
        return body.inner
