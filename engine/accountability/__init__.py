"""Why an order waits, in one sentence each; and what is stuck. The promise: nothing waits silently (D9).

Every open instance waits for a person (a user task whose role has an active member), a time, a message, a signal, a
condition, a running job, somebody's choice, or somebody who resolves an incident. What fits none of these is stuck. What is
wrong in the rows that move an order is found by a round that looks at all open orders in turn (`watch`) and shows here.
"""

from engine.accountability.faults import OVERDUE, Fault
from engine.accountability.faults import of as faults_of
from engine.accountability.reasons import Reason, Stuck
from engine.accountability.stuck import stuck
from engine.accountability.waiting import why_all_wait, why_waiting
from engine.accountability.watch import WALK_EVERY, Watch
from engine.accountability.work import held_up

__all__ = [
    "OVERDUE",
    "WALK_EVERY",
    "Fault",
    "Reason",
    "Stuck",
    "Watch",
    "faults_of",
    "held_up",
    "stuck",
    "why_all_wait",
    "why_waiting",
]
