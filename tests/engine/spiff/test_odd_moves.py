"""Instances that stand somewhere odd are moved to another version: what they do there, or why they may not.

Rules: Camunda 8, concepts/process-instance-migration, and `engine/spiff/versions.py`. How to read a script: scripts.py.
"""

from __future__ import annotations

import pytest

from engine import spiff
from engine.spiff import versions
from tests.engine.spiff.diagrams import (
    Node,
    again,
    both,
    boundary,
    call,
    cancel_end,
    catch,
    compensate,
    diagram,
    each,
    event_sub,
    first,
    handler,
    message,
    on_cancel,
    on_message,
    on_signal,
    receive,
    signal,
    some,
    start,
    starts,
    sub,
    throw,
    timer,
    transaction,
    undone_by,
    user,
    when,
    xor,
)
from tests.engine.spiff.play import Play
from tests.engine.spiff.scripts import follow

HOUR, DAILY = timer("duration", "PT1H"), timer("cycle", "R/PT1H")
CALLED = diagram(start(), user("qa"), flows="start -> qa", id="q")


def drawn(*nodes: Node, flows: str) -> bytes:
    return diagram(start(), *nodes, user("z"), flows=flows, more=signal("S") + signal("T") + message("M"))


def race(*events: str) -> bytes:
    """s... waits for a signal, m... for a message, t... for an hour."""
    of = {"s": on_signal("S"), "m": on_message("M"), "t": HOUR}
    nodes = [catch(each, of[each[0]]) for each in events]
    return drawn(first("g"), *nodes, flows="start -> g; " + "; ".join(f"g -> {each} -> z" for each in events))


def listed(name: str, **more: bool | str) -> bytes:
    return drawn(
        user(name, inner=each("=[1, 2, 3]", output="r", output_element="=v", **more)),
        flows=f"start -> {name} -> z",
    )


def looped(name: str, condition: str) -> bytes:
    return drawn(user(name, inner=again(condition)), flows=f"start -> {name} -> z")


def undone(one: str, other: str) -> bytes:
    nodes = [
        node
        for name in (one, other)
        for node in (user(name), undone_by(name, f"undo_{name}"), handler(user(f"undo_{name}")))
    ]
    return drawn(*nodes, throw("t", inner=compensate()), flows=f"start -> {one} -> {other} -> t -> z")


def booked(scope: str) -> bytes:
    inside = sub(
        scope, start("i"), user("a"), undone_by("a", "undo_a"), handler(user("undo_a")), flows="i -> a"
    )
    return drawn(inside, user("w"), throw("t", inner=compensate()), flows=f"start -> {scope} -> w -> t -> z")


def cancelled() -> bytes:
    nodes = (
        user("a"),
        undone_by("a", "undo_a"),
        handler(user("undo_a")),
        user("b"),
        undone_by("b", "undo_b"),
        handler(user("undo_b")),
    )
    return drawn(
        transaction("tx", start("i"), *nodes, cancel_end(), flows="i -> a -> b -> cancel"),
        boundary("c", "tx", on_cancel()),
        flows="start -> tx; c -> z",
    )


def guarded(*handlers: tuple[str, str, bool]) -> bytes:
    """A step a and event sub-processes (name, signal, interrupting) with a task each."""
    nodes = [
        event_sub(n, starts(f"{n}_s", on_signal(s), i), user(f"{n}_u"), flows=f"{n}_s -> {n}_u")
        for n, s, i in handlers
    ]
    return drawn(user("a"), *nodes, flows="start -> a")


def step(trigger: str = "", interrupting: bool = True, name: str = "b") -> bytes:
    """A step a, with a boundary event if there is a trigger."""
    events = (boundary(name, "a", trigger, interrupting),) if trigger else ()
    return drawn(
        user("a"), *events, user("y"), flows="start -> a -> z" + (f"; {name} -> y" if trigger else "")
    )


def joined(join: Node, first_flow: str = "a_to_j") -> bytes:
    j = join.id
    return drawn(
        both("s"),
        user("a"),
        user("b"),
        join,
        flows=f"start -> s; s -> a; s -> b; a -> {j}; b -> {j}; {j} -> z",
    ).replace(b"a_to_j", first_flow.encode())


def chosen(otherwise: str) -> bytes:
    return drawn(xor("x"), user("a"), user("b"), flows=f"start -> x; x -> a [=n > 1]; x -> b [{otherwise}]")


def waiting(trigger: str) -> bytes:
    return drawn(catch("c", trigger), flows="start -> c -> z")


MOVES = {  # old version, new version, mapping, before, after
    "a race gets one more runner": (race("s", "t"), race("s", "t", "m"), "", "~ s t", "~ m s t; > m; = z"),
    "a race loses one": (race("s", "t", "m"), race("s", "t"), "", "~ m s t", "~ s t; ! S; = z"),
    "a race of others": (race("s", "t"), race("s2", "t"), "s s2", "~ s t", "~ s2 t; ! S; = z; no > t"),
    "instances and what was collected": (listed("a"), listed("b"), "a b", "a v=1", "= b b; b v=2; b v=3; root r=[1,2,3]; = z"),
    "the instances that have not begun": (listed("a", sequential=True), listed("b", sequential=True), "a b", "a v=1", "= b; sees b item=2; b v=2; b v=3; root r=[1,2,3]"),
    "a completion condition from now on": (listed("a"), listed("a", until="=numberOfCompletedInstances = 2"), "", "a v=1", "a v=2; root r=[1,2,null]; = z"),
    "the rounds of a loop": (looped("a", "=loopCounter < 9"), looped("b", "=loopCounter < 2"), "a b", "a", "= b; b; = z"),
    "a called process stays as it is": (drawn(call("c", "q"), flows="start -> c -> z"), drawn(call("d", "q"), flows="start -> d -> z"), "c d", "= qa", "= qa; qa; = z"),
    "what was completed": (undone("a", "b"), undone("x", "y"), "a x b y", "a", "= y; y; = undo_y; undo_y; = undo_x; undo_x; = z"),
    "what is being undone": (undone("a", "b"), undone("x", "y"), "a x b y undo_a undo_x undo_b undo_y", "a; b; = undo_b", "= undo_y; undo_y; = undo_x; undo_x; = z"),
    "a completed scope": (booked("u"), booked("v"), "u v", "a; = w", "w; = undo_a; undo_a; = z"),
    "a scope that is being undone": (booked("u"), booked("v"), "u v", "a; w; = undo_a", "= undo_a; undo_a; = z"),
    "a transaction that is being cancelled": (cancelled(), cancelled(), "", "a; b; = undo_b", "undo_b; undo_a; = z"),
    "an event sub-process runs, another begins to wait": (guarded(("e", "S", False)), guarded(("e", "S", False), ("f", "T", True)), "", "! S; = a e_u", "~ e_s f_s; ! T; = f_u; f_u; done"),
    "where one has taken over no other waits": (guarded(("e", "S", True)), guarded(("e", "S", True), ("f", "T", True)), "", "! S; = e_u", "~ -; e_u; done"),
    "an event sub-process interrupts from now on": (guarded(("e", "S", False)), guarded(("e", "S", True)), "", "! S; = a e_u", "= a e_u; ! S; = e_u; e_u; done"),
    "a deadline that is new": (step(), step(HOUR), "", "~ -", "~ b; @ 1h; = y"),
    "a deadline that is gone": (step(HOUR), step(), "", "~ b", "~ -; a; = z"),
    "a deadline is kept, however the new one is": (step(HOUR), step(timer("duration", "PT9H")), "", "@ 0.5h", "due 2026-03-02T13:00; @ 0.5h; = y"),
    "an event that has fired does not come back": (step(HOUR, False), step(HOUR, False), "", "@ 1h; = a y", "~ -; @ 5h; = a y; a; = y z"),
    "an event gets one more trigger": (step(on_signal("S"), False), step(on_signal("S") + on_signal("T"), False), "", "~ b", "~ b b#2; ! T; = a y; ! S; = a y y"),
    "a catch event gets one more trigger": (waiting(on_signal("S")), waiting(on_signal("S") + HOUR), "", "~ c", "~ c c#2; @ 1h; = z; ! S; = z"),
    "a cycle becomes a deadline": (step(DAILY, False), step(HOUR), "", "@ 1h; = a y", "@ 1h; = y y; ~ -"),
    "another condition": (step(when("=n > 1"), False), step(when("=n > 5"), False, "c"), "b c", "write n=1", "write n=2; = a; write n=6; = a y"),
    "a new condition that is true already": (step(), step(when("=n > 0"), False), "", "write n=1", "= a y"),
    "a receive task": (drawn(receive("r", "M"), flows="start -> r -> z"), drawn(receive("s", "M"), flows="start -> s -> z"), "r s", "~ r", "~ s; > s x=1; = z; root x=1"),
    "an incident that the new version cures": (chosen("=n < 1"), chosen("default"), "", "write n=1; retry x; = x!", "= x!; retry x; = b"),
    "a token at a parallel join": (joined(both("j")), joined(both("j"), "f2"), "a_to_j f2", "a; = b j+", "= b j+; b; = z"),
    "a token at an inclusive join": (joined(some("j")), joined(some("k")), "j k a_to_j a_to_k b_to_j b_to_k", "a; = b j+", "= b k+; b; = z"),
}  # fmt: skip

REFUSED = {  # old version, new version, mapping, before, a part of the reason
    "one after the other becomes all at once": (listed("a", sequential=True), listed("a"), "", "a v=1", "to stay parallel or sequential"),
    "a step becomes many": (drawn(user("a"), flows="start -> a -> z"), listed("a"), "", "= a", "to stay a userTask"),
    "what called a process is a step": (drawn(call("c", "q"), flows="start -> c -> z"), drawn(user("c"), flows="start -> c -> z"), "", "= qa", "to stay a callActivity"),
    "nobody undoes what was completed": (undone("a", "b"), drawn(user("a"), user("b"), flows="start -> a -> b -> z"), "", "a", 'to be able to undo "a"'),
    "a running event sub-process is gone": (guarded(("e", "S", False)), guarded(), "", "! S", "a place for the eventSubProcess"),
    "a deadline becomes a message": (step(HOUR), step(on_message("M")), "", "= a", "to wait for a timer as before"),
    "one of two triggers is gone": (step(on_signal("S") + on_signal("T")), step(on_signal("S")), "", "= a", "to stay where it is"),
    "the flow by which a token came is gone": (joined(both("j")), joined(both("j"), "f2"), "", "a", "Map the flow"),
    "a parallel join becomes inclusive": (joined(both("j")), joined(some("j")), "", "a", "to stay a parallelGateway"),
    "a step lies deeper": (drawn(user("a"), flows="start -> a"), drawn(sub("v", start("k"), user("a"), flows="k -> a"), flows="start -> v"), "", "= a", "to stay in the same scope"),
}  # fmt: skip


def moved(old: bytes, new: bytes, mapping: str, before: str) -> Play:
    """An instance of the old version, played so far, and then moved."""
    played = follow(Play(old, CALLED, key=1, n=1).start(), before)
    target = Play(new).process
    words = iter(mapping.split())
    played.instance = versions.move(
        spiff.dump(played.instance),
        played.process,
        target,
        dict(zip(words, words, strict=True)),
        played.house,
    )
    played.process = target
    return played._reload()


@pytest.mark.parametrize("name", MOVES)
def test_it_goes_on_in_the_new_version(name):
    old, new, mapping, before, after = MOVES[name]

    follow(moved(old, new, mapping, before), after)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_the_reason(name):
    old, new, mapping, before, reason = REFUSED[name]

    with pytest.raises(versions.CannotMove, match=reason):
        moved(old, new, mapping, before)
