"""Gateways: one smallest diagram each, joins in loops, incidents of conditions."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    catch,
    diagram,
    end,
    first,
    message,
    on_message,
    script,
    some,
    start,
    terminate_end,
    timer,
    user,
    xor,
)
from tests.engine.spiff.play import play


def split(node, conditions):
    return diagram(
        start(),
        node("split"),
        *(user(name) for name in conditions),
        end(),
        flows="start -> split;"
        + ";".join(f"split -> {name} [{condition}]" for name, condition in conditions.items())
        + ";"
        + ";".join(f"{name} -> end" for name in conditions),
    )


def test_an_exclusive_gateway_takes_the_first_true_flow():
    document = split(xor, {"a": "=n > 10", "b": "=n > 5", "c": "=n > 1", "d": "default"})

    assert play(document, n=7).open == ["b"]
    assert play(document, n=0).open == ["d"]


def test_an_exclusive_gateway_without_a_true_flow_is_an_incident_that_quotes_the_conditions():
    played = play(split(xor, {"a": "=n > 10", "b": "=n > 5"}), n=1)
    assert played.open == ["split!"]
    kind, sentence = played.incident()
    assert kind == spiff.CONDITION_ERROR
    assert '"=n > 10"' in sentence and '"=n > 5"' in sentence

    assert played.write(n=11).retry("split").open == ["a"]


def test_a_condition_that_is_null_is_an_incident_although_there_is_a_default_flow():
    played = play(split(xor, {"a": "=n > 10", "b": "default"}), other=1)

    assert played.open == ["split!"]
    kind, sentence = played.incident()
    assert kind == spiff.CONDITION_ERROR
    assert '"=n > 10"' in sentence and "n = missing" in sentence and "null" in sentence


def test_a_comparison_with_a_missing_name_is_false_and_no_incident():
    assert play(split(xor, {"a": "=n = 10", "b": "default"})).open == ["b"]


def test_the_condition_of_the_default_flow_is_not_looked_at():
    document = split(xor, {"a": "=n > 10", "b": "default"}).replace(
        b'targetRef="b"></sequenceFlow>',
        b'targetRef="b"><conditionExpression>=n > "x"</conditionExpression></sequenceFlow>',
    )

    assert play(document, n=1).open == ["b"]


def test_an_exclusive_join_lets_every_token_pass():
    document = diagram(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        xor("join"),
        user("after"),
        end(),
        flows="start -> fork -> a -> join -> after -> end; fork -> b -> join",
    )

    assert play(document).complete("a").complete("b").open == ["after", "after"]


def test_a_parallel_gateway_splits_and_joins():
    document = diagram(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        both("join"),
        user("after"),
        end(),
        flows="start -> fork -> a -> join -> after -> end; fork -> b -> join",
    )
    played = play(document)
    assert played.open == ["a", "b"]
    assert played.complete("b").open == ["a", "join+"]
    assert played.complete("a").open == ["after"]
    assert played.complete("after").is_finished


def test_a_parallel_join_counts_each_incoming_flow_and_keeps_the_surplus():
    document = diagram(
        start(),
        both("fork"),
        xor("merge"),
        user("a"),
        user("b"),
        both("join"),
        user("after"),
        end(),
        flows="start -> fork -> merge -> a -> join -> after -> end; fork -> merge; fork -> b -> join",
    )
    played = play(document)
    assert played.open == ["a", "a", "b"]
    assert played.complete("a").complete("a").open == ["b", "join+"]

    assert played.complete("b").open == ["after", "join+"]
    assert not played.complete("after").is_finished
    assert played.open == ["join+"]


def test_a_parallel_join_in_a_loop_starts_empty_in_every_round():
    document = diagram(
        start(),
        xor("again"),
        both("fork"),
        user("a"),
        user("b"),
        both("join"),
        user("check"),
        xor("decide"),
        end(),
        flows="start -> again -> fork -> a -> join -> check -> decide; fork -> b -> join;"
        "decide -> again [=more]; decide -> end [default]",
    )
    played = play(document)
    for one, other in (("a", "b"), ("b", "a"), ("a", "b")):
        assert played.complete(one).open == sorted([other, "join+"])
        assert played.complete(other).open == ["check"]
        played.complete("check", more=True)
        assert played.open == ["a", "b"]


@pytest.mark.parametrize(
    ("n", "expected"), [(1, ["a"]), (2, ["a", "b"]), (3, ["a", "b", "c"]), (0, ["d"])], ids=str
)
def test_an_inclusive_gateway_takes_all_true_flows_or_the_default(n, expected):
    document = split(some, {"a": "=n > 0", "b": "=n > 1", "c": "=n > 2", "d": "default"})

    assert play(document, n=n).open == expected


def test_an_inclusive_gateway_without_a_true_flow_is_an_incident():
    played = play(split(some, {"a": "=n > 0", "b": "=n > 1"}), n=0)

    assert played.open == ["split!"]
    assert played.incident()[0] == spiff.CONDITION_ERROR


INCLUSIVE = diagram(
    start(),
    some("split"),
    user("a"),
    user("b"),
    user("c"),
    some("join"),
    user("after"),
    end(),
    flows="start -> split; split -> a [=n > 0]; split -> b [=n > 1]; split -> c [=n > 2];"
    "a -> join; b -> join; c -> join; join -> after -> end",
)


def test_an_inclusive_join_waits_for_the_paths_that_were_taken_and_no_others():
    played = play(INCLUSIVE, n=2)

    assert played.complete("a").open == ["b", "join+"]
    assert played.complete("b").open == ["after"]


def test_an_inclusive_join_after_one_path_opens_at_once():
    assert play(INCLUSIVE, n=1).complete("a").open == ["after"]


def test_an_inclusive_join_waits_for_the_path_of_a_boundary_event():
    document = diagram(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        boundary("late", "b", timer("duration", "PT1H")),
        user("remind"),
        some("join"),
        user("after"),
        end(),
        flows="start -> fork -> a -> join -> after -> end; fork -> b -> end; late -> remind -> join",
    )
    played = play(document)
    assert played.complete("a").open == ["b", "join+"]

    assert played.wait(hours=1).open == ["join+", "remind"]
    assert played.complete("remind").open == ["after"]


def test_an_inclusive_join_opens_when_an_interrupting_event_takes_the_last_late_path_away():
    document = diagram(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        boundary("late", "b", timer("duration", "PT1H")),
        some("join"),
        user("after"),
        end("gone"),
        end(),
        flows="start -> fork -> a -> join -> after -> end; fork -> b -> join; late -> gone",
    )
    played = play(document)
    assert played.complete("a").open == ["b", "join+"]

    assert played.wait(hours=1).open == ["after"]


def test_an_inclusive_join_does_not_wait_for_a_token_that_may_come_by_a_filled_flow():
    # It may come by the empty flow too: Camunda would wait, BPMN 2.0.2 opens (see inclusive_gateway.py).
    document = diagram(
        start(),
        both("fork"),
        user("a"),
        user("choose"),
        xor("which"),
        xor("merge"),
        user("c"),
        some("join"),
        user("after"),
        end(),
        flows="start -> fork -> a -> merge -> join -> after -> end; fork -> choose -> which;"
        "which -> merge [=left]; which -> c [default]; c -> join",
    )
    played = play(document)
    assert played.complete("a").open == ["after", "choose"]

    assert played.complete("choose", left=False).open == ["after", "c"]
    assert played.complete("c").open == ["after", "after"]


def test_an_inclusive_block_beside_others_in_a_loop_does_not_wait_for_its_neighbours():
    document = diagram(
        start(),
        xor("again"),
        both("fork"),
        some("split"),
        user("a"),
        user("b"),
        some("join"),
        user("then"),
        user("neighbour"),
        both("meet"),
        xor("decide"),
        end(),
        flows="start -> again -> fork -> split; split -> a [=true]; split -> b [default]; a -> join; b -> join;"
        "join -> then -> meet; fork -> neighbour -> meet; meet -> decide; decide -> again [=more]; decide -> end [default]",
    )
    played = play(document, more=False)

    assert played.complete("a").open == ["neighbour", "then"]
    assert played.complete("then").complete("neighbour").is_finished


def test_an_inclusive_join_in_a_loop_starts_empty_in_every_round():
    document = diagram(
        start(),
        xor("again"),
        some("split"),
        user("a"),
        user("b"),
        some("join"),
        user("check"),
        xor("decide"),
        end(),
        flows="start -> again -> split; split -> a [=n > 0]; split -> b [=n > 1]; a -> join; b -> join;"
        "join -> check -> decide; decide -> again [=n < 9]; decide -> end [default]",
    )
    played = play(document, n=2)
    for one, other in (("a", "b"), ("b", "a")):
        assert played.complete(one).open == sorted([other, "join+"])
        assert played.complete(other).open == ["check"]
        played.complete("check")
    played.complete("a").complete("b").complete("check", n=1)
    assert played.complete("a").open == ["check"]


def test_the_first_event_behind_an_event_based_gateway_wins():
    document = diagram(
        start(),
        first("wait"),
        catch("paid", on_message("payment")),
        catch("late", timer("duration", "P3D")),
        catch("very_late", timer("duration", "P5D")),
        user("ship"),
        user("cancel"),
        end(),
        flows="start -> wait -> paid -> ship -> end; wait -> late -> cancel -> end; wait -> very_late -> end",
        more=message("payment"),
    )

    played = play(document, key="o1")
    assert (played.open, played.waits) == (["wait"], ["late", "paid", "very_late"])
    played.send("paid", amount=5)
    assert (played.open, played.waits, played.root["amount"]) == (["ship"], [], 5)
    assert played.taken == ["wait_to_paid", "paid_to_ship"]

    played = play(document, key="o1").wait(days=3)
    assert (played.open, played.waits) == (["cancel"], [])
    with pytest.raises(IndexError):
        played.send("paid")


def test_a_message_that_comes_too_late_is_refused():
    document = diagram(
        start(), first("wait"), catch("a", timer("duration", "PT1H")), catch("b", timer("duration", "PT2H")), end(),
        flows="start -> wait -> a -> end; wait -> b -> end",
    )  # fmt: skip
    played = play(document)

    with pytest.raises(spiff.NotWaiting):
        played.instance.fire(played.token("wait"), "nothing_of_this_name")


def test_several_flows_out_of_a_task_are_taken_together():
    document = diagram(
        start(), user("a"), user("b"), user("c"), end(), flows="start -> a; a -> b -> end; a -> c -> end"
    )

    assert play(document).complete("a").open == ["b", "c"]


def test_a_failing_branch_does_not_stop_the_others():
    document = diagram(
        start(),
        both("fork"),
        xor("broken"),
        user("a"),
        script("set", "=1", "x"),
        user("b"),
        end(),
        flows="start -> fork -> broken; broken -> a [=missing > 1]; a -> end; broken -> end [default]; fork -> set -> b -> end",
    )
    played = play(document)

    assert played.open == ["b", "broken!"]
    assert played.complete("b").open == ["broken!"]
    assert not played.is_finished


def test_a_deadlock_stays_visible():
    document = diagram(
        start(),
        xor("choose"),
        user("a"),
        user("b"),
        both("join"),
        end(),
        flows="start -> choose; choose -> a [=true]; choose -> b [default]; a -> join; b -> join -> end",
    )
    played = play(document).complete("a")

    assert (played.open, played.waits, played.is_finished) == (["join+"], [], False)


def test_a_terminate_end_also_ends_what_waits_at_a_join():
    document = diagram(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        user("c"),
        both("join"),
        terminate_end(),
        flows="start -> fork; fork -> a -> join; fork -> b -> join; fork -> c -> stop",
    )
    played = play(document).complete("a")
    assert played.open == ["b", "c", "join+"]

    assert played.complete("c").is_finished
