"""Mistakes in events, compensation, ad-hoc sub-processes and listeners, each put into the engine and caught by a net."""

from __future__ import annotations

import pytest

from engine.spiff import compensation, facts, scopes, state, versions, waits, watch
from engine.spiff.elements import (
    ad_hoc_sub_process,
    element,
    inclusive_gateway,
    multi_instance,
    scope,
    standard_loop,
    throwing,
    transaction,
    triggered,
)
from engine.spiff.elements import compensation as undoing
from engine.spiff.token import WAITING
from engine.spiff.tree import Tree
from tests.engine.spiff.nets import catches, diagrams


def compensation_runs_forwards(patch):
    right = compensation.take_newest

    def take_oldest(records):
        records.reverse()
        try:
            return right(records)
        finally:
            records.reverse()

    patch.setattr(compensation, "take_newest", take_oldest)


def compensation_forgets_how_often(patch):
    def add(records, record):
        if record not in records:
            records.append(record)

    patch.setattr(compensation, "add", add)


def completed_scope_forgets_its_variables(patch):
    right = compensation.note

    def note(around, token):
        right(around, token)
        if around.records and isinstance(around.records[-1], list) and isinstance(around.records[-1][0], str):
            around.records[-1][1] = None

    patch.setattr(compensation, "note", note)


def transaction_is_cancelled_without_compensation(patch):
    patch.setattr(transaction.CancelEndEvent, "begin", lambda self, token, records: False)


def compensation_event_looks_into_its_event_sub_process(patch):
    right = undoing.CompensationThrow.execute

    def execute(self, token):
        around = token._parent.task_spec
        was, around.is_event_sub_process = around.is_event_sub_process, False
        try:
            return right(self, token)
        finally:
            around.is_event_sub_process = was

    patch.setattr(undoing.CompensationThrow, "execute", execute)


def condition_asks_only_when_a_value_changed(patch):
    right = watch.Watch.note

    def note(self, around, values):
        before = around.variables or {}
        right(self, around, {n: v for n, v in values.items() if n not in before or before[n] != v})

    patch.setattr(watch.Watch, "note", note)


def condition_is_not_asked_when_it_opens(patch):
    def open_one(self, token, key):
        self.tokens[token.id] = token

    patch.setattr(watch.Watch, "open", open_one)


def signal_reaches_only_the_first(patch):
    def deliver_signal(self, name, variables, only=None):
        for token in self.tasks.values():
            for key, wait in (token.waits or {}).items():
                if wait.kind == "signal" and wait.signal_name == name:
                    watch.event_of(token, key).fire(token, key, dict(variables))
                    return 1
        return 0

    patch.setattr(Tree, "deliver_signal", deliver_signal)


def signal_carries_all_variables(patch):
    def signal(trigger):
        def throw(token):
            name, variables = trigger.name_at(token), scopes.visible(token)
            tree = token.workflow
            tree.facts.append(facts.SignalThrown(token.id, token.task_spec.element_id, name, variables))
            tree.deliver_signal(name, variables)
            return token.id in tree.tasks

        return throw

    patch.setattr(throwing, "signal", signal)


def event_sub_process_leaves_who_waits_at_joins(patch):
    def terminate_inside(self, token):
        for child in token.children:
            if child._state != WAITING:
                token.workflow.cut(child)

    patch.setattr(scope.Scope, "terminate_inside", terminate_inside)


def event_sub_process_leaves_the_others_waiting(patch):
    patch.setattr(scope.Scope, "close_event_sub_processes", lambda self, token: None)


def error_is_caught_by_a_sibling_of_its_event_sub_process(patch):
    right = element.Element.catcher_of
    patch.setattr(
        element.Element,
        "catcher_of",
        lambda self, kind, code, from_handler=False: right(self, kind, code, False),
    )


def escalation_stops_at_the_border_of_a_called_process(patch):
    right = Tree._catcher

    def catcher(self, thrower, kind, code):
        level, event = right(self, thrower, kind, code)
        above = thrower
        while above is not level and not above.task_spec.is_process:
            above = above._parent
        return level, event if kind == "error" or above is level else None

    patch.setattr(Tree, "_catcher", catcher)


def parallel_multiple_event_needs_only_one(patch):
    patch.setattr(triggered.Triggered, "happened", lambda self, owner, key, variables: variables)


def cycle_fires_once_more_than_drawn(patch):
    right = waits.TimerTrigger.open

    def open_one(self, token):
        subscription = right(self, token)
        if subscription.cycle is not None and subscription.remaining is not None:
            subscription.remaining += 1
        return subscription

    patch.setattr(waits.TimerTrigger, "open", open_one)


def cycle_catches_up_what_it_missed(patch):
    right = waits.TimerTrigger.after_firing
    patch.setattr(
        waits.TimerTrigger,
        "after_firing",
        lambda self, subscription, now: right(self, subscription, subscription.due_at),
    )


def inclusive_join_is_blind_for_links(patch):
    class NoLink:
        """Nothing is one."""

    patch.setattr(inclusive_gateway, "LinkCatchEvent", NoLink)


def completion_condition_is_asked_before_the_output_is_collected(patch):
    right = multi_instance.MultiInstance._is_enough
    patch.setattr(
        multi_instance.MultiInstance,
        "_is_enough",
        lambda self, token, child, collected: right(self, token, child, None),
    )


def ad_hoc_ends_when_nothing_was_started(patch):
    right = ad_hoc_sub_process.AdHocSubProcess.execute

    def execute(self, token):
        right(self, token)
        return not token._children

    patch.setattr(ad_hoc_sub_process.AdHocSubProcess, "execute", execute)


def ad_hoc_forgets_that_it_has_done_enough(patch):
    def restore(self, memo):
        progress = ad_hoc_sub_process.convert(memo, ad_hoc_sub_process.Progress)
        progress.is_enough = False
        return progress

    patch.setattr(ad_hoc_sub_process.AdHocSubProcess, "restore_memo", restore)


def standard_loop_goes_round_once_more(patch):
    right = standard_loop.StandardLoop.child_leaving

    def child_leaving(self, token, child):
        maximum = self.maximum
        self.maximum = None if maximum is None else maximum + 1
        try:
            return right(self, token, child)
        finally:
            self.maximum = maximum

    patch.setattr(standard_loop.StandardLoop, "child_leaving", child_leaving)


def listener_is_asked_again_after_a_reload(patch):
    right = state._row

    def row(token):
        kept, token.listening = token.listening, None
        try:
            return right(token)
        finally:
            token.listening = kept

    patch.setattr(state, "_row", row)


def a_move_opens_all_events_anew(patch):
    right = versions._Move._put

    def put(self, token):
        right(self, token)
        token.waits, self.known = None, set()

    patch.setattr(versions._Move, "_put", put)


def new_events_do_not_wait_after_a_move(patch):
    patch.setattr(versions._Move, "_open_new_waits", lambda self, token: None)


MISTAKES = {
    compensation_runs_forwards: ["diagrams", "elements"],
    compensation_forgets_how_often: ["diagrams"],
    completed_scope_forgets_its_variables: ["diagrams", "elements"],
    transaction_is_cancelled_without_compensation: ["diagrams", "elements"],
    compensation_event_looks_into_its_event_sub_process: ["diagrams", "elements"],
    condition_asks_only_when_a_value_changed: ["diagrams", "elements"],
    condition_is_not_asked_when_it_opens: ["diagrams", "elements"],
    signal_reaches_only_the_first: ["diagrams", "elements"],
    signal_carries_all_variables: ["diagrams", "elements"],
    event_sub_process_leaves_who_waits_at_joins: ["diagrams", "elements"],
    event_sub_process_leaves_the_others_waiting: ["diagrams", "elements"],
    error_is_caught_by_a_sibling_of_its_event_sub_process: ["diagrams", "elements"],
    escalation_stops_at_the_border_of_a_called_process: ["diagrams", "elements"],
    parallel_multiple_event_needs_only_one: ["diagrams", "elements"],
    cycle_fires_once_more_than_drawn: ["diagrams", "elements"],
    cycle_catches_up_what_it_missed: ["diagrams", "elements"],
    inclusive_join_is_blind_for_links: ["diagrams"],
    completion_condition_is_asked_before_the_output_is_collected: ["diagrams", "elements"],
    ad_hoc_ends_when_nothing_was_started: ["diagrams", "elements"],
    ad_hoc_forgets_that_it_has_done_enough: ["diagrams", "elements"],
    standard_loop_goes_round_once_more: ["diagrams", "elements"],
    listener_is_asked_again_after_a_reload: ["diagrams", "elements"],
    a_move_opens_all_events_anew: ["diagrams", "versions"],
    new_events_do_not_wait_after_a_move: ["diagrams", "versions"],
}


@pytest.mark.parametrize(
    ("mistake", "net"),
    [pytest.param(m, n, id=f"{m.__name__}-{n}") for m, nets in MISTAKES.items() for n in nets],
)
def test_a_planted_mistake_is_caught(mistake, net, monkeypatch):
    mistake(monkeypatch)

    assert catches(net)


def test_without_a_mistake_the_smallest_diagrams_catch_nothing():
    for trial in diagrams():
        trial()
