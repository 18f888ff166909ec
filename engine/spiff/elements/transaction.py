"""Transaction: a sub-process that can be cancelled as a whole (BPMN 2.0.2, 10.3.5 and 13.5.5; Camunda 8 has none).

A cancel end event ends everything else in its transaction, gives up its event sub-processes, undoes what was completed in
it in reverse order, and then the cancel boundary event fires. One instance of a multi-instance transaction cancels all of
them; those that were completed are undone too. An error that leaves a transaction undoes nothing (the hazard).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.boundary_event import AttachedEvent
from engine.spiff.elements.compensation import Undoing
from engine.spiff.elements.sub_process import SubProcess
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.source import Source


class Transaction(SubProcess):
    """bpmn:transaction."""


class CancelBoundaryEvent(AttachedEvent):
    """bpmn:boundaryEvent with cancel, on a transaction: takes it away when it is cancelled."""

    def wired(self, source: Source) -> None:
        """It belongs on transactions only."""
        super().wired(source)
        if not isinstance(self.process.elements.get(self.attached_to), Transaction):
            raise source.refused(
                "Expected a cancel boundary event on a transaction only. Use an error boundary event here."
            )


class CancelEndEvent(Undoing):
    """bpmn:endEvent with cancel: cancels the transaction that it lies in."""

    def wired(self, source: Source) -> None:
        """Find the boundary event that it fires."""
        super().wired(source)
        around = self.process.elements.get(self.parent) if self.parent else None
        if not isinstance(around, Transaction):
            raise source.refused(
                "Expected a cancel end event directly in a transaction. Use an error end event here."
            )
        owner = around.body or around
        found = [event for event in owner.boundary_events if isinstance(event, CancelBoundaryEvent)]
        if len(found) != 1:
            raise source.refused(
                f'Expected one cancel boundary event on the transaction "{around.element_id}", because it has a cancel '
                f"end event, but there are {len(found)}."
            )
        self.boundary_event = found[0]

    def execute(self, token: Token) -> bool:
        """End everything else in the transaction, then undo. Nothing begins in it any more."""
        transaction = token._parent
        transaction.task_spec.close_event_sub_processes(transaction)
        token.workflow.cut_inside(transaction, but=token)
        owner = self._owner(token)
        records = transaction.records or []
        if owner is not transaction:
            token.workflow.cut_inside(owner, but=transaction)
            records = (owner.records or []) + records
            owner.records = None
        transaction.records = None
        if not self.begin(token, records):
            self.all_undone(token)
        return False

    def all_undone(self, token: Token) -> None:
        """Now the transaction is cancelled."""
        self.boundary_event.begin(self._owner(token), {}, stays_local=False)

    def _owner(self, token: Token) -> Token:
        """The token that has the boundary events: the transaction's, or that of the multi-instance body around it."""
        transaction = token._parent
        return transaction if transaction.task_spec.body is None else transaction._parent
