"""Each limit stands where limits.py says: one less is evaluated, one more is refused by its sentence."""

import tracemalloc

import pytest

from engine import feel
from engine.feel import limits
from engine.feel.runtime import Run

DOUBLING = "{{d: function(s, n) if n = 0 then s else d({twice}, n - 1), r: d({start}, {times})}}.r"


def answer(text, **variables):
    return feel.compile(text).evaluate(variables).value


@pytest.mark.parametrize(
    "fits, too_much, sentence",
    [
        ("x" * limits.MAX_TEXT, "x" * (limits.MAX_TEXT + 1), "at most 64000 characters"),
        ("+".join("1" * 2500), "+".join("1" * 2501), "at most 5000 words"),
        ("(" * 99 + "1" + ")" * 99, "(" * 100 + "1" + ")" * 100, "nested at most 100 deep"),
        ("-" * 99 + "1", "-" * 100 + "1", "nested at most 100 deep"),
        ("a" + "[1]" * 199, "a" + "[1]" * 200, "at most 200 levels"),
        (
            f"concatenate(xs, sublist(xs, 1, {limits.MAX_LIST - 60_000}))",
            f"concatenate(xs, sublist(xs, 1, {limits.MAX_LIST - 60_000 + 1}))",
            "lists of at most 100000 items",
        ),
        (
            "string length(text + substring(text, 1, 400000))",
            "text + substring(text, 1, 400001)",
            "strings of at most 1000000 characters",
        ),
        (
            "string({a: text, b: [substring(text, 1, 399984)]})",
            "string({a: text, b: [substring(text, 1, 399985)]})",
            "strings of at most 1000000 characters",
        ),
        (
            "{f: function(n) if n = 1 then 1 else f(n - 1), r: f(100)}.r",
            "{f: function(n) if n = 1 then 1 else f(n - 1), r: f(101)}.r",
            "at most 100 deep",
        ),
        ('matches("a", pattern)', 'matches("a", pattern + "a")', "a pattern of at most 2000 characters"),
    ],
)
def test_a_limit_lets_through_what_it_promises_and_nothing_more(fits, too_much, sentence):
    data = {"xs": [1] * 60_000, "text": "a" * 600_000, "pattern": "a" * limits.MAX_PATTERN}

    feel.compile(fits).evaluate(data)

    with pytest.raises(feel.LimitExceeded, match=sentence):
        feel.compile(too_much).evaluate(data)


def test_a_list_is_written_no_further_than_a_string_may_be_long():
    texts = ["a" * 500_000] * 100
    text = feel.compile("string([texts, {texts: texts}])")

    tracemalloc.start()
    with pytest.raises(feel.LimitExceeded, match="strings of at most 1000000 characters"):
        text.evaluate({"texts": texts})
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert held < 5_000_000


def test_steps_are_counted_and_end_an_evaluation():
    run = Run({})
    run.spend(limits.MAX_STEPS)

    with pytest.raises(feel.LimitExceeded, match="at most 1000000 steps"):
        run.spend()


def test_processor_time_ends_an_evaluation(monkeypatch):
    moments = iter([10.0, 10.0 + limits.DEADLINE_S - 0.01, 10.0 + limits.DEADLINE_S + 0.01])
    monkeypatch.setattr("engine.feel.runtime.time.thread_time", lambda: next(moments))
    run = Run({})
    run.spend(2000)
    run.spend(2000)

    with pytest.raises(feel.LimitExceeded, match=r"within 0\.2 s"):
        run.spend(2000)


def test_values_from_outside_may_not_nest_without_end():
    deep = shallow = 1
    for _ in range(limits.MAX_VALUE_DEPTH + 2):
        deep = [deep]
    for _ in range(limits.MAX_VALUE_DEPTH - 1):
        shallow = [shallow]

    assert answer("count(x)", x=shallow) == 1
    with pytest.raises(feel.LimitExceeded, match="nested at most 100 deep"):
        answer("count(x)", x=deep)


def test_a_result_too_large_for_json_is_refused():
    text = DOUBLING.format(twice="[s, s]", start="[1]", times=20)

    with pytest.raises(feel.LimitExceeded, match="fewer values"):
        feel.to_json(answer(text))


def test_a_long_range_costs_nothing_until_it_is_gone_through():
    assert answer("some i in 1..1000000000000 satisfies i > 3") is True
    assert answer("5 in [1..1000000000000]") is True


def test_no_more_than_fifty_reasons_are_kept():
    assert (
        len(feel.compile("for i in 1..1000 return missing").evaluate({}).diagnostics)
        == limits.MAX_DIAGNOSTICS
    )
