"""Whatever text, data or decision table comes in: an answer or a documented exception, nothing else.

`make test` takes a sample; ORDERLANE_GENERATED=50000 (make faults) sets how many inputs are generated in all.
"""

import contextlib
import os
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import dmn, feel
from tests.engine.dmn.conftest import decision, document, input_data, needs, table
from tests.engine.drawn import nested, several

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


INPUTS = int(os.environ.get("ORDERLANE_GENERATED", "2000"))


@settings(max_examples=INPUTS * 6 // 10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_no_text_raises_anything_undocumented(text):
    run(feel.compile, text)
    run(feel.compile_unary_tests, text)
    run(lambda one: feel.compile(one, {"x y", "a-b", "x"}), text)


values = nested(
    [
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=10),
        st.dates(),
        st.datetimes(),
    ],
    keys=st.text(max_size=5),
)


@settings(max_examples=INPUTS * 3 // 10, deadline=None)
@given(values, values, st.sampled_from(["x = y", "x < y", "x + y", "x - y", "x * y", "x[y]", "x in y", "[x, y] = [y, x]",
                                        "string([x, y])", "distinct values([x, y])", "x.a", "to json(x)", "min(x, y)",
                                        "context merge([x, y])", "for i in x return y", "before(x, y)", "is(x, y)"]))  # fmt: skip
def test_no_data_raises_anything_undocumented(x, y, text):
    with contextlib.suppress(feel.FeelError):
        feel.to_json(feel.compile(text).evaluate({"x": x, "y": y}).value)


cells = several(WORDS, max_size=4).map(" ".join) | st.sampled_from(
    [
        "-",
        "",
        "1",
        "> 2",
        "[1..3]",
        '"a"',
        "not(1)",
        "? > 1",
        "null",
        "1, 2",
        "xs",
        "count(?) > 0",
        "< 5, > 9",
    ]
)
rules = st.lists(
    st.tuples(st.lists(cells, min_size=2, max_size=2), st.lists(cells, min_size=1, max_size=1)), max_size=5
)
policies = st.sampled_from("UNIQUE,ANY,PRIORITY,FIRST,RULE ORDER,OUTPUT ORDER,COLLECT,C,BEST".split(","))
aggregations = st.sampled_from(["", "SUM", "COUNT", "MIN", "MAX", "MEAN"])
kinds = st.sampled_from(["Any", "number", "string", "boolean", "date", "list", "none such"])


@settings(max_examples=INPUTS // 10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules, policies, aggregations, kinds, cells, cells, values, values)
def test_no_decision_table_raises_anything_undocumented(
    written, policy, aggregation, kind, allowed, default, x, y
):
    escaped = [
        ([escape(one) for one in tests], [escape(one) for one in results]) for tests, results in written
    ]
    columns = [("x", kind, escape(allowed)), ("y", "Any", "")]
    box = table(policy, columns, [("out", escape(allowed), escape(default))], escaped, aggregation)
    body = input_data("x") + input_data("y") + decision("d", box, needs("i_x", "i_y"), kind)

    with contextlib.suppress(feel.FeelError, dmn.DmnRefused):
        feel.to_json(dmn.load(document(body)).evaluate("d", {"x": x, "y": y}, explain=True).value)
