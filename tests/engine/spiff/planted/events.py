"""Mistakes in the engine as a hurried hand might make them: events, compensation, ad-hoc sub-processes, listeners."""

from __future__ import annotations

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


#: {mistake: {the net that must see it: the test or the seed that did}}.
MISTAKES = {
    compensation_runs_forwards: {
        "diagrams": "transactions.test_a_cancelled_transaction_is_undone_in_reverse_order_and_then_the_boundary_event_fires",
        "elements": 31,
    },
    compensation_forgets_how_often: {
        "diagrams": "compensation.test_in_a_loop_each_round_is_undone_in_reverse_order",
    },
    completed_scope_forgets_its_variables: {
        "diagrams": "transactions.test_one_instance_of_a_multi_instance_transaction_cancels_all_of_them",
        "elements": 14,
    },
    transaction_is_cancelled_without_compensation: {
        "diagrams": "transactions.test_a_cancelled_transaction_is_undone_in_reverse_order_and_then_the_boundary_event_fires",
        "elements": 181,
    },
    compensation_event_looks_into_its_event_sub_process: {
        "diagrams": "transactions.test_an_event_sub_process_of_a_transaction_begins_and_undoes_it",
        "elements": 76,
    },
    condition_asks_only_when_a_value_changed: {
        "diagrams": "conditions.test_a_write_counts_also_when_the_value_stays_the_same",
        "elements": 0,
    },
    condition_is_not_asked_when_it_opens: {
        "diagrams": "conditions.test_a_condition_that_is_true_when_it_opens_fires_at_once",
        "elements": 16,
    },
    signal_reaches_only_the_first: {
        "diagrams": "signals.test_a_thrown_signal_reaches_all_that_wait_in_its_own_instance_within_the_step",
        "elements": 24,
    },
    signal_carries_all_variables: {
        "diagrams": "signals.test_without_input_mappings_a_signal_carries_nothing",
        "elements": 7,
    },
    event_sub_process_leaves_who_waits_at_joins: {
        "diagrams": "event_sub_processes.test_joins_of_the_scope_are_forgotten_by_an_interrupting_one",
        "elements": 44,
    },
    event_sub_process_leaves_the_others_waiting: {
        "diagrams": "signals.test_an_event_sub_process_begins_by_a_signal",
        "elements": 4,
    },
    error_is_caught_by_a_sibling_of_its_event_sub_process: {
        "diagrams": "event_sub_processes.test_an_error_from_inside_is_caught_by_a_boundary_event_of_its_scope_never_by_it_or_a_sibling",
        "elements": 0,
    },
    escalation_stops_at_the_border_of_a_called_process: {
        "diagrams": "escalation.test_an_escalation_of_a_called_process_reaches_the_call",
        "elements": 463,
    },
    parallel_multiple_event_needs_only_one: {
        "diagrams": "multiple_events.test_a_parallel_multiple_event_waits_for_all_with_the_variables_of_all",
        "elements": 19,
    },
    cycle_fires_once_more_than_drawn: {
        "diagrams": "boundary_events.test_a_cycle_fires_as_often_as_it_says",
        "elements": 0,
    },
    cycle_catches_up_what_it_missed: {
        "diagrams": "boundary_events.test_missed_cycles_fire_once_and_the_past_is_skipped",
        "elements": 0,
    },
    inclusive_join_is_blind_for_links: {
        "diagrams": "links.test_an_inclusive_join_waits_for_what_comes_by_a_link",
    },
    completion_condition_is_asked_before_the_output_is_collected: {
        "diagrams": "multi_instance.test_the_completion_condition_counts_the_instance_that_just_completed",
        "elements": 41,
    },
    ad_hoc_ends_when_nothing_was_started: {
        "diagrams": "ad_hoc.test_with_nothing_started_it_stays_open_and_waits_for_a_person",
        "elements": 44,
    },
    ad_hoc_forgets_that_it_has_done_enough: {
        "diagrams": "ad_hoc.test_the_rest_can_be_waited_for_but_nothing_more_be_started",
        "elements": 144,
    },
    standard_loop_goes_round_once_more: {
        "diagrams": "standard_loop.test_the_condition_and_the_maximum_say_how_many_rounds_there_are",
        "elements": 76,
    },
    listener_is_asked_again_after_a_reload: {
        "diagrams": "listeners.test_start_listeners_are_heard_before_an_element_and_end_listeners_after_it",
        "elements": 7,
    },
    a_move_opens_all_events_anew: {
        "diagrams": "versions.test_a_timer_keeps_its_due_time_and_an_event_that_is_gone_is_given_up",
        "versions": 0,
    },
    new_events_do_not_wait_after_a_move: {
        "diagrams": "versions.test_a_new_event_begins_to_wait_and_one_that_has_fired_does_not_come_back",
        "versions": 21,
    },
}
