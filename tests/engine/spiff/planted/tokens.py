"""Mistakes in the engine as a hurried hand might make them: gateways, boundary events, scopes, stored state."""

from __future__ import annotations

from engine.spiff import mappings, scopes, state, waits
from engine.spiff.elements import (
    boundary_event,
    call_activity,
    element,
    end_event,
    event_based_gateway,
    exclusive_gateway,
    inclusive_gateway,
    multi_instance,
    parallel_gateway,
    scope,
)
from engine.spiff.token import WAITING
from engine.spiff.tree import Tree


def parallel_join_counts_tokens_instead_of_flows(patch):
    def arrive(self, scope, flow):
        if len(self.incoming) < 2:
            scope.workflow.spawn(scope, self)
            return
        room = scope.workflow.waiting_room(scope, self)
        room.memo[flow.flow_id] = room.memo.get(flow.flow_id, 0) + 1
        if sum(room.memo.values()) >= len(self.incoming):
            parallel_gateway.open_join(room)

    patch.setattr(parallel_gateway.ParallelGateway, "arrive", arrive)


def join_forgets_the_surplus(patch):
    def open_join(room):
        room.workflow.remove(room)
        room.workflow.spawn(room._parent, room.task_spec)

    patch.setattr(parallel_gateway, "open_join", open_join)


def inclusive_join_opens_for_the_first_token(patch):
    def try_open(self, room):
        parallel_gateway.open_join(room)
        return True

    patch.setattr(inclusive_gateway.InclusiveGateway, "try_open", try_open)


def inclusive_join_waits_for_everybody_who_could_come(patch):
    def try_open(self, room):
        empty = [self.reached_from[f.flow_id] for f in self.incoming if f.flow_id not in room.memo]
        others = [t for t in room._parent._children.values() if t is not room]
        if any(token.task_spec in reaching for token in others for reaching in empty):
            return False
        parallel_gateway.open_join(room)
        return True

    patch.setattr(inclusive_gateway.InclusiveGateway, "try_open", try_open)


def inclusive_join_is_blind_for_boundary_events(patch):
    right = inclusive_gateway.InclusiveGateway._reaching

    def reaching(self, flow):
        events = [e for e in self.process.elements.values() if hasattr(e, "attached_to")]
        kept = {event: event.__dict__.pop("attached_to") for event in events}
        try:
            return right(self, flow)
        finally:
            for event, attached_to in kept.items():
                event.attached_to = attached_to

    patch.setattr(inclusive_gateway.InclusiveGateway, "_reaching", reaching)


def exclusive_gateway_takes_the_last_true_flow(patch):
    right = exclusive_gateway.ExclusiveGateway._choose

    def choose(self, token):
        outgoing = self.outgoing
        self.outgoing = outgoing[::-1]
        try:
            return right(self, token)
        finally:
            self.outgoing = outgoing

    patch.setattr(exclusive_gateway.ExclusiveGateway, "_choose", choose)


def interrupting_event_leaves_the_activity_open(patch):
    def fire(self, owner, key, variables):
        self.wait_again(owner, key)
        owner.workflow.spawn(owner._parent, self, variables, fired=True)

    patch.setattr(boundary_event.BoundaryEvent, "fire", fire)


def non_interrupting_message_closes_after_the_first(patch):
    patch.setattr(waits.MessageTrigger, "after_firing", lambda self, subscription, now: None)


def cycle_never_ends(patch):
    right = waits.TimerTrigger.after_firing

    def after_firing(self, subscription, now):
        if subscription.cycle is not None:
            subscription.remaining = None
        return right(self, subscription, now)

    patch.setattr(waits.TimerTrigger, "after_firing", after_firing)


def catch_all_comes_before_the_exact_code(patch):
    def catcher_of(self, kind, code, from_handler=False):
        found = [e for e in self.boundary_events if {None, code} & set(e.caught.get(kind, ()))]
        return min(found, key=lambda e: None not in e.caught[kind], default=None)

    patch.setattr(element.Element, "catcher_of", catcher_of)


def error_stops_at_the_border_of_a_called_process(patch):
    patch.setattr(call_activity.CallActivity, "catcher_of", lambda self, kind, code, from_handler: None)


def scope_ends_although_a_token_waits_at_a_join(patch):
    def child_left(self, token, child):
        if all(one._state == WAITING for one in token.children):
            self.terminate_inside(token)
            self.finish(token)

    patch.setattr(scope.Scope, "child_left", child_left)


def terminate_end_event_ends_only_its_own_path(patch):
    patch.setattr(end_event.TerminateEndEvent, "execute", lambda self, token: True)


def event_gateway_forgets_the_variables_of_the_message(patch):
    right = event_based_gateway.EventBasedGateway.won
    patch.setattr(
        event_based_gateway.EventBasedGateway,
        "won",
        lambda self, token, event, given: right(self, token, event, {}),
    )


def result_always_goes_to_the_process(patch):
    right = scopes._holder

    def holder(token, name):
        while not token.task_spec.is_process:
            token = token._parent
        return right(token, name)

    patch.setattr(scopes, "_holder", holder)


def input_mapping_does_not_see_the_one_before(patch):
    def inputs(token, pairs):
        made = {}
        for source, path in pairs:
            made[path[0]] = mappings.with_leaf(made.get(path[0]), path[1:], source.of(token))
        return made

    patch.setattr(mappings, "inputs", inputs)


def output_mapping_to_a_path_forgets_the_siblings(patch):
    patch.setattr(mappings, "with_leaf", lambda base, path, value: value if not path else {path[0]: value})


def output_mapping_stays_inside(patch):
    right = mappings.outputs

    def outputs(token, pairs):
        scopes.assign(token, right(token, pairs))
        return {}

    patch.setattr(mappings, "outputs", outputs)


def called_process_hands_back_everything(patch):
    def child_left(self, token, child):
        scopes.propagate(token, child.variables or {})
        self.finish(token)

    patch.setattr(call_activity.CallActivity, "child_left", child_left)


def outputs_are_collected_in_order_of_completion(patch):
    right = multi_instance.MultiInstance._collected

    def collected(self, token, child):
        kept, child.index = child.index, token.memo.completed + 1
        try:
            return right(self, token, child)
        finally:
            child.index = kept

    patch.setattr(multi_instance.MultiInstance, "_collected", collected)


def completion_condition_does_not_count_the_last_one(patch):
    right = multi_instance.MultiInstance._is_enough

    def is_enough(self, token, child, collected):
        token.memo.completed -= 1
        try:
            return right(self, token, child, collected)
        finally:
            token.memo.completed += 1

    patch.setattr(multi_instance.MultiInstance, "_is_enough", is_enough)


def sequential_body_forgets_its_items_when_stored(patch):
    def restore(self, memo):
        progress = multi_instance.convert(memo, multi_instance.Progress)
        progress.waiting = []
        return progress

    patch.setattr(multi_instance.MultiInstance, "restore_memo", restore)


def entering_again_sees_the_mapped_inputs_of_the_first_try(patch):
    patch.setattr(element.Element, "undo_entering", lambda self, token, keep_waits: None)


def waiting_room_is_not_stored(patch):
    right = state._row

    def row(token):
        found = right(token)
        return [*found[:6], {}, *found[7:]] if token._state == WAITING else found

    patch.setattr(state, "_row", row)


def terminated_scope_leaves_its_children(patch):
    def cut(self, token):
        for child in token.children:
            child._parent = token._parent
            token._parent._children[child.id] = child
        token._children.clear()
        self.remove(token)

    patch.setattr(Tree, "cut", cut)


#: {mistake: {the net that must see it: the test or the seed that did}}.
MISTAKES = {
    parallel_join_counts_tokens_instead_of_flows: {
        "diagrams": "gateways.test_a_parallel_join_counts_each_incoming_flow_and_keeps_the_surplus",
        "graphs": 73,
    },
    join_forgets_the_surplus: {
        "diagrams": "gateways.test_a_parallel_join_counts_each_incoming_flow_and_keeps_the_surplus",
        "graphs": 73,
    },
    inclusive_join_opens_for_the_first_token: {
        "diagrams": "links.test_an_inclusive_join_waits_for_what_comes_by_a_link",
        "blocks": 96,
        "graphs": 17,
    },
    inclusive_join_waits_for_everybody_who_could_come: {
        "diagrams": "gateways.test_an_inclusive_join_does_not_wait_for_a_token_that_may_come_by_a_filled_flow",
    },
    inclusive_join_is_blind_for_boundary_events: {
        "diagrams": "gateways.test_an_inclusive_join_waits_for_the_path_of_a_boundary_event",
    },
    exclusive_gateway_takes_the_last_true_flow: {
        "diagrams": "gateways.test_an_exclusive_gateway_without_a_true_flow_is_an_incident_that_quotes_the_conditions",
        "graphs": 17,
    },
    interrupting_event_leaves_the_activity_open: {
        "diagrams": "links.test_the_path_behind_a_link_is_cancelled_with_its_scope",
        "blocks": 3,
    },
    non_interrupting_message_closes_after_the_first: {
        "diagrams": "boundary_events.test_a_non_interrupting_message_stays_open",
        "blocks": 1,
    },
    cycle_never_ends: {
        "diagrams": "boundary_events.test_a_cycle_fires_as_often_as_it_says",
        "blocks": 8,
    },
    catch_all_comes_before_the_exact_code: {
        "diagrams": "errors.test_an_error_of_a_job_takes_the_boundary_event_with_its_code",
    },
    error_stops_at_the_border_of_a_called_process: {
        "diagrams": "errors.test_an_error_leaves_a_called_process_to_the_boundary_of_its_call_activity",
        "blocks": 46,
    },
    scope_ends_although_a_token_waits_at_a_join: {
        "diagrams": "links.test_an_inclusive_join_waits_for_what_comes_by_a_link",
        "graphs": 1,
    },
    terminate_end_event_ends_only_its_own_path: {
        "diagrams": "listeners.test_what_is_terminated_asks_no_end_listener",
        "blocks": 30,
    },
    event_gateway_forgets_the_variables_of_the_message: {
        "diagrams": "gateways.test_the_first_event_behind_an_event_based_gateway_wins",
        "blocks": 8,
    },
    result_always_goes_to_the_process: {
        "diagrams": "scopes.test_a_result_with_the_name_of_a_local_stays_local_and_is_lost",
        "scopes": 2,
    },
    input_mapping_does_not_see_the_one_before: {
        "diagrams": "scopes.test_an_input_mapping_makes_a_local_variable",
        "scopes": 1,
    },
    output_mapping_to_a_path_forgets_the_siblings: {
        "diagrams": "scopes.test_an_output_mapping_to_a_path_changes_only_that_leaf",
        "scopes": 1,
    },
    output_mapping_stays_inside: {
        "diagrams": "events.test_a_message_start_event_lets_out_only_what_it_maps",
        "scopes": 1,
    },
    called_process_hands_back_everything: {
        "diagrams": "scopes.test_output_mappings_of_a_call_activity_restrict_what_comes_back",
        "scopes": 0,
    },
    outputs_are_collected_in_order_of_completion: {
        "diagrams": "multi_instance.test_outputs_are_collected_by_index_and_handed_up_at_the_end",
        "scopes": 3,
    },
    completion_condition_does_not_count_the_last_one: {
        "diagrams": "multi_instance.test_the_completion_condition_counts_the_instance_that_just_completed",
        "blocks": 13,
    },
    sequential_body_forgets_its_items_when_stored: {
        "diagrams": "transactions.test_one_instance_of_a_multi_instance_transaction_cancels_all_of_them",
        "scopes": 0,
    },
    entering_again_sees_the_mapped_inputs_of_the_first_try: {
        "diagrams": "boundary_events.test_an_activity_that_could_not_be_entered_has_no_boundary_events_yet",
    },
    waiting_room_is_not_stored: {
        "diagrams": "gateways.test_a_parallel_gateway_splits_and_joins",
        "graphs": 73,
    },
    terminated_scope_leaves_its_children: {
        "diagrams": "links.test_the_path_behind_a_link_is_cancelled_with_its_scope",
        "blocks": 3,
    },
}
