"""Reading scenarios.toml: what is refused, and with which sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import scenarios

STEP = '{ by = "ann", start = "flow" }'


def _scenario(steps: str, more: str = "") -> str:
    return f'[[scenario]]\nname = "A story"\n{more}\nsteps = [{steps}]\n'


def test_a_scenario_has_its_name_its_steps_in_order_and_its_end() -> None:
    (read,) = scenarios.read(_scenario(f'{STEP}, {{ wait = "P1D" }}', "then = ['1 = 1']"))

    assert (read.name, read.then) == ("A story", ("1 = 1",))
    assert [(step.number, step.kind, step.what) for step in read.steps] == [
        (1, "start", "flow"),
        (2, "wait", "P1D"),
    ]
    assert read.steps[0].title == 'Step 1 (start "flow" by ann)'


def test_parts_are_filled_in_where_they_are_named_parts_of_parts_too() -> None:
    text = f"""
        [[part]]
        name = "begin"
        steps = [{STEP}]
        [[part]]
        name = "begin and wait"
        steps = [{{ part = "begin" }}, {{ wait = "PT1H" }}]
    """ + _scenario('{ part = "begin and wait" }, { wait = "P2D" }')

    (read,) = scenarios.read(text)

    assert [step.what for step in read.steps] == ["flow", "PT1H", "P2D"]
    assert [step.number for step in read.steps] == [1, 2, 3]


def test_a_story_may_begin_at_a_moment_of_its_own() -> None:
    (read,) = scenarios.read(_scenario(STEP, "starts_at = 2027-01-01T09:00:00+02:00"))

    assert read.starts_at == datetime(2027, 1, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[scenario", "is not TOML"),
        ("[[story]]", '"story" means nothing here'),
        ("[[scenario]]\nsteps = []", "needs a name"),
        ('[[scenario]]\nname = "A story"', "has no steps"),
        (_scenario(STEP) + _scenario(STEP), 'two scenarios named "A story"'),
        (_scenario(STEP, "given = 1"), '"given" means nothing here'),
        (_scenario("1"), "expected exactly one of start"),
        (_scenario('{ by = "ann" }'), "but found by"),
        (_scenario('{ start = "flow", wait = "P1D" }'), "but found start, wait"),
        (_scenario('{ wait = "P1D", by = "ann" }'), '"by" means nothing here'),
        (
            _scenario('{ start = "flow", answers = {} }'),
            "it may say: as, by, order_no, refused, submit, variables",
        ),
        (_scenario("{ expect = 1 }"), "expected FEEL conditions"),
        (_scenario('{ part = "begin" }'), 'there is no part "begin"'),
        ('[[part]]\nname = "a"\nsteps = [{ part = "a" }]\n' + _scenario('{ part = "a" }'), "contains itself"),
        (
            '[[part]]\nname = "a"\nsteps = []\n' + _scenario('{ part = "a", by = "ann" }'),
            "more than the name",
        ),
        (_scenario(STEP, "starts_at = 2027-01-01T09:00:00"), "a moment with its offset"),
        (_scenario(STEP, "then = [1]"), "expected FEEL conditions"),
    ],
)
def test_a_mistake_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(scenarios.ScenariosRefused, match=r"scenarios\.toml") as refused:
        scenarios.read(text)

    assert sentence in str(refused.value)
