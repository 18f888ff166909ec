"""Loops: ten thousand rounds cost what ten cost, with a wait and without; a loop without end stops with an incident."""

from __future__ import annotations

from engine import spiff
from tests.engine.spiff.diagrams import both, diagram, end, script, start, sub, user, xor
from tests.engine.spiff.play import play

ROUNDS = 10_000


def counting(*inside, flows):
    return diagram(
        start(),
        xor("again"),
        *inside,
        script("count", "=n + 1", "n"),
        xor("decide"),
        end(),
        flows=f"start -> again; {flows}; count -> decide; decide -> again [=n < limit]; decide -> end [default]",
    )


def test_a_loop_without_a_wait_runs_ten_thousand_rounds_in_one_step():
    played = play(counting(flows="again -> count"), n=0, limit=ROUNDS)

    assert (played.is_finished, played.root["n"]) == (True, ROUNDS)


def test_a_join_in_a_loop_is_right_in_all_ten_thousand_rounds():
    document = counting(
        both("fork"),
        script("a", "=n", "a"),
        script("b", "=n", "b"),
        both("join"),
        flows="again -> fork -> a -> join -> count; fork -> b -> join",
    )

    played = play(document, n=0, limit=ROUNDS)

    assert (played.is_finished, played.root["n"]) == (True, ROUNDS)


def test_a_sub_process_in_a_loop_leaves_nothing_behind():
    inside = sub("sp", start("s"), script("a", "=n", "a"), flows="s -> a")

    played = play(counting(inside, flows="again -> sp -> count"), n=0, limit=2_000)

    assert (played.is_finished, played.root["n"]) == (True, 2_000)


def test_a_loop_with_a_user_task_does_not_grow():
    played = play(counting(user("work"), flows="again -> work -> count"), n=0, limit=ROUNDS + 1)
    sizes = set()

    for number in range(ROUNDS):
        state = spiff.dump(played.instance)
        played.instance = spiff.load(state, played.process, played.house)
        played.instance.complete(played.instance.tokens()[-1].token_id, {})
        if number > 1:
            sizes.add(len(state) - len(str(number)))

    assert played.root["n"] == ROUNDS
    assert max(sizes) < 150
    assert len(played.instance.tasks) == 2


def test_a_loop_without_end_stops_with_an_incident_that_a_retry_can_cure():
    played = play(counting(flows="again -> count"), n=0, limit=10**9)
    assert played.incident()[0] == spiff.LOOP_WITHOUT_WAIT
    stuck = played.open[0].removesuffix("!")
    assert stuck in ("again", "count", "decide")

    played.write(limit=1).retry(stuck)

    assert played.is_finished


def test_a_long_chain_of_elements_needs_no_stack():
    names = [f"s{number}" for number in range(3_000)]
    document = diagram(
        start(),
        *(script(name, "=1", "x") for name in names),
        end(),
        flows=" -> ".join(["start", *names, "end"]),
    )

    assert play(document).is_finished


def test_deeply_nested_sub_processes_need_no_stack():
    inside = user("work")
    flows, name = "s -> work", "work"
    for depth in range(40):
        inside = sub(f"sp{depth}", start(f"s{depth}"), inside, flows=f"s{depth} -> {name}")
        name = f"sp{depth}"
    document = diagram(start(), inside, flows=f"start -> {name}")

    assert flows
    assert play(document).complete("work").is_finished
