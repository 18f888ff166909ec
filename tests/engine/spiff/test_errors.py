"""BPMN errors: from jobs, operations and error end events, upwards to the nearest boundary event that catches."""

from __future__ import annotations

from engine import errors, spiff
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    diagram,
    each,
    error,
    error_end,
    mappings,
    on_error,
    service,
    start,
    sub,
    timer,
    user,
    with_boundary,
)
from tests.engine.spiff.play import play

E1 = error("e1") + error("e2")


def test_an_error_of_a_job_takes_the_boundary_event_with_its_code():
    document = diagram(
        start(),
        service("work"),
        boundary("other", "work", on_error("e2")),
        boundary("any", "work", on_error()),
        boundary("exact", "work", on_error("e1")),
        user("a"),
        user("b"),
        user("c"),
        flows="start -> work; other -> a; any -> b; exact -> c",
        more=E1,
    )

    exact = play(document)
    assert exact.fail("work", "e1")
    assert exact.open == ["c"]

    catch_all = play(document)
    assert catch_all.fail("work", "e3")
    assert catch_all.open == ["b"]


def test_the_variables_of_an_error_stay_local_to_its_event():
    plain = play(with_boundary(on_error(), task=service("work")))
    plain.fail("work", "e1", "It is closed.", detail=5)
    assert plain.root == {}

    zeebe = mappings(outputs={"seen": "=detail", "code": "=errorCode", "said": "=errorMessage"})
    mapped = play(with_boundary(on_error(), task=service("work"), zeebe=zeebe))
    mapped.fail("work", "e1", "It is closed.", detail=5)
    assert mapped.root == {"seen": 5, "code": "e1", "said": "It is closed."}


def test_an_operation_that_throws_is_caught_by_its_boundary_event():
    def refuse(call):
        raise errors.BusinessError("e1", "Closed.", {"n": 1})

    document = diagram(
        start(),
        user("before"),
        service("work"),
        boundary("event", "work", on_error("e1"), zeebe=mappings(outputs={"n": "=n"})),
        user("handle"),
        flows="start -> before -> work; event -> handle",
        more=E1,
    )
    played = play(document)
    played.house.operations["work"] = refuse

    played.complete("before")

    assert (played.open, played.root) == (["handle"], {"n": 1})


def test_an_uncaught_error_of_a_job_is_an_incident_and_a_retry_gives_the_job_back():
    played = play(with_boundary(timer("duration", "PT1H"), task=service("work")))

    assert not played.fail("work", "e1", "Closed.")
    assert (played.open, played.waits) == (["work!"], ["event"])
    assert played.incident()[0] == spiff.UNHANDLED_ERROR_EVENT

    assert played.retry("work").open == ["work"]
    assert played.complete("work").open == ["after"]


def nested(*boundaries, inner_boundary=None):
    inner = sub(
        "inner",
        start("s2"),
        both("fork"),
        user("busy"),
        user("t"),
        error_end("throw", "e1"),
        flows="s2 -> fork -> t -> throw; fork -> busy",
    )
    outer = sub("outer", start("s1"), inner, *(inner_boundary or ()), flows="s1 -> inner" + (
        "; near -> near_user" if inner_boundary else ""))  # fmt: skip
    return diagram(
        start(), outer, *boundaries, user("handle"), flows="start -> outer; event -> handle", more=E1
    )


def test_an_error_end_event_goes_upwards_to_the_nearest_boundary_event_that_catches_it():
    far = play(nested(boundary("event", "outer", on_error("e1"))))
    assert far.open == ["busy", "t"]
    assert far.complete("t").open == ["handle"]

    near = play(
        nested(
            boundary("event", "outer", on_error("e1")),
            inner_boundary=(boundary("near", "inner", on_error()), user("near_user")),
        )
    )
    assert near.complete("t").open == ["near_user"]


def test_an_uncaught_error_end_event_is_an_incident_and_the_rest_goes_on():
    played = play(nested(boundary("event", "outer", on_error("e2")))).complete("t")

    assert played.open == ["busy", "throw!"]
    assert played.incident()[0] == spiff.UNHANDLED_ERROR_EVENT
    assert played.retry("throw").open == ["busy", "throw!"]


def test_an_error_leaves_a_called_process_to_the_boundary_of_its_call_activity():
    called = diagram(
        start(), user("t"), error_end("throw", "e1"), flows="start -> t -> throw", id="child", more=E1
    )
    played = play(with_boundary(on_error("e1"), task=call("work", "child"), more=E1), called).complete("t")

    assert played.open == ["handle"]


def test_the_error_of_one_instance_ends_the_whole_multi_instance_activity():
    inside = sub(
        "work",
        start("s"),
        user("t"),
        error_end("throw", "e1"),
        flows="s -> t -> throw",
        inner=each("=[1, 2]"),
    )
    played = play(with_boundary(on_error("e1"), task=inside, more=E1)).complete("t", at=1)

    assert played.open == ["handle"]


def test_an_instance_can_be_terminated_as_a_whole():
    played = play(nested(boundary("event", "outer", on_error("e1"))))

    played.instance.terminate()

    assert played._reload().is_finished
    assert sorted(f.element_id for f in played.facts) == ["busy", "inner", "outer", "p", "t"]
    assert all(isinstance(f, spiff.Terminated) for f in played.facts)
