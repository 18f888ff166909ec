"""Whatever text comes in: an answer or a documented exception, nothing else."""

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import feel

WORDS = (
    '1 2.5 .5 1e3 "a" "" true false null x xs order.total item ? partial @"P1D" @"2024-01-01" @"10:00:00Z" @"bad" '
    "+ - * / ** = != < <= > >= and or between in instance of number string list< > context<a: function< -> range<date> "
    "( ) [ ] { } , . .. : if then else for return some every satisfies function external not count( sum( substring( "
    "date( string( sort( matches( range( date and time( a: b: `q q` // /* */ \\ ! # $ \u00e9 \U0001f40e"
).split(" ")
CONTEXT = {"x": 1, "xs": [1, 2, {"a": None}], "order": {"total": 2.5}, "q q": "q"}

texts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=60)


def run(compile_text, text):
    with contextlib.suppress(feel.FeelError):
        expression = compile_text(text)
        result = expression.evaluate(CONTEXT)
        feel.to_json(result.value)


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_no_text_raises_anything_undocumented(text):
    run(feel.compile, text)
    run(feel.compile_unary_tests, text)
    run(lambda one: feel.compile(one, {"x y", "a-b", "x"}), text)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(values, values, st.sampled_from(["x = y", "x < y", "x + y", "x - y", "x * y", "x[y]", "x in y", "[x, y] = [y, x]",
                                        "string([x, y])", "distinct values([x, y])", "x.a", "to json(x)", "min(x, y)",
                                        "context merge([x, y])", "for i in x return y", "before(x, y)", "is(x, y)"]))  # fmt: skip
def test_no_data_raises_anything_undocumented(x, y, text):
    with contextlib.suppress(feel.FeelError):
        feel.to_json(feel.compile(text).evaluate({"x": x, "y": y}).value)
