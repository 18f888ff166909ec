"""The nets are tested too: realistic mistakes are put into the engine, and each must be caught.

The nets: all smallest diagrams (the tests of this folder), random blocks, random graphs, random scopes, random
processes of all elements. Every mistake names the nets that must see it; no
net sees all of them, so all are needed. (Mistakes of events and compensation: test_planted_event_mistakes.py.)
"""

from __future__ import annotations

import pytest

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
from tests.engine.spiff.nets import catches

# -- the mistakes: each changes the engine as a hurried hand might ------------------------------------------------------


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


MISTAKES = {
    parallel_join_counts_tokens_instead_of_flows: ["diagrams", "graphs"],
    join_forgets_the_surplus: ["diagrams", "graphs"],
    inclusive_join_opens_for_the_first_token: ["diagrams", "blocks", "graphs"],
    inclusive_join_waits_for_everybody_who_could_come: ["diagrams"],
    inclusive_join_is_blind_for_boundary_events: ["diagrams"],
    exclusive_gateway_takes_the_last_true_flow: ["diagrams", "graphs"],
    interrupting_event_leaves_the_activity_open: ["diagrams", "blocks"],
    non_interrupting_message_closes_after_the_first: ["diagrams", "blocks"],
    cycle_never_ends: ["diagrams", "blocks"],
    catch_all_comes_before_the_exact_code: ["diagrams"],
    error_stops_at_the_border_of_a_called_process: ["diagrams", "blocks"],
    scope_ends_although_a_token_waits_at_a_join: ["diagrams", "graphs"],
    terminate_end_event_ends_only_its_own_path: ["diagrams", "blocks"],
    event_gateway_forgets_the_variables_of_the_message: ["diagrams", "blocks"],
    result_always_goes_to_the_process: ["diagrams", "scopes"],
    input_mapping_does_not_see_the_one_before: ["diagrams", "scopes"],
    output_mapping_to_a_path_forgets_the_siblings: ["diagrams", "scopes"],
    output_mapping_stays_inside: ["diagrams", "scopes"],
    called_process_hands_back_everything: ["diagrams", "scopes"],
    outputs_are_collected_in_order_of_completion: ["diagrams", "scopes"],
    completion_condition_does_not_count_the_last_one: ["diagrams", "blocks"],
    sequential_body_forgets_its_items_when_stored: ["diagrams", "scopes"],
    entering_again_sees_the_mapped_inputs_of_the_first_try: ["diagrams"],
    waiting_room_is_not_stored: ["diagrams", "graphs"],
    terminated_scope_leaves_its_children: ["diagrams", "blocks"],
}


@pytest.mark.parametrize(
    ("mistake", "net"),
    [pytest.param(m, n, id=f"{m.__name__}-{n}") for m, nets in MISTAKES.items() for n in nets],
)
def test_a_planted_mistake_is_caught(mistake, net, monkeypatch):
    mistake(monkeypatch)

    assert catches(net)
