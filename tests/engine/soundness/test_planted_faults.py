"""Mistakes made on purpose in random sound processes: each is found, and its path leads to it in the engine."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from engine import dialect, soundness
from engine.findings import ERROR
from engine.xml import parse
from tests.engine.soundness.drawings import Drawing, sound
from tests.engine.soundness.replay import DEADLOCK, DOUBLED, NO_END, replay_of


def exclusive_join_of_parallel(drawing: Drawing, random: Random) -> str | None:
    return _change(drawing, random, "and", join="xor") and DOUBLED


def exclusive_join_of_inclusive(drawing: Drawing, random: Random) -> str | None:
    return _change(drawing, random, "or", join="xor") and DOUBLED


def parallel_join_of_exclusive(drawing: Drawing, random: Random) -> str | None:
    return _change(drawing, random, "xor", join="and") and DEADLOCK


def parallel_join_of_inclusive(drawing: Drawing, random: Random) -> str | None:
    return _change(drawing, random, "or", join="and") and DEADLOCK


def exclusive_split_before_parallel(drawing: Drawing, random: Random) -> str | None:
    return _change(drawing, random, "and", split="xor") and DEADLOCK


def parallel_split_before_exclusive(drawing: Drawing, random: Random) -> str | None:
    return _change(drawing, random, "xor", split="and") and DOUBLED


def parallel_split_instead_of_a_question(drawing: Drawing, random: Random) -> str | None:
    return _change(drawing, random, "loop", split="and") and DOUBLED


def a_loop_without_its_exit(drawing: Drawing, random: Random) -> str | None:
    block = _block(drawing, random, "loop")
    if block is None:
        return None
    drawing.flows.remove([block.split, block.join])
    return NO_END


def a_branch_that_may_end_before_the_join(drawing: Drawing, random: Random) -> str | None:
    block = _block(drawing, random, "and")
    if block is None:
        return None
    branch = random.choice([flow for flow in drawing.flows if flow[1] == block.join])
    question = drawing.add("gives_up", "xor")
    branch[1] = question
    drawing.flow(question, block.join)
    drawing.flow(question, "end")
    return DEADLOCK


MISTAKES = (
    exclusive_join_of_parallel,
    exclusive_join_of_inclusive,
    parallel_join_of_exclusive,
    parallel_join_of_inclusive,
    exclusive_split_before_parallel,
    parallel_split_before_exclusive,
    parallel_split_instead_of_a_question,
    a_loop_without_its_exit,
    a_branch_that_may_end_before_the_join,
)
OF_EACH = 7


def _block(drawing: Drawing, random: Random, kind: str):
    blocks = [block for block in drawing.blocks if block.kind == kind]
    return random.choice(blocks) if blocks else None


def _change(drawing: Drawing, random: Random, kind: str, **gateways: str) -> bool:
    block = _block(drawing, random, kind)
    if block is None:
        return False
    for place, gateway in gateways.items():
        drawing.nodes[getattr(block, place)] = gateway
    return True


def faulty(mistake, plain: bool) -> Iterator[tuple[bytes, str]]:
    """Documents with the mistake, and the kind of fault that it makes."""
    found = 0
    for seed in range(1_000):
        drawing = sound(seed, plain, depth=2)
        kind = mistake(drawing, Random(seed))
        if kind:
            yield drawing.document(), kind
            found += 1
            if found == OF_EACH:
                return


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.__name__)
def test_a_mistake_is_found_and_its_path_leads_there_in_the_engine(mistake):
    tried = 0
    for document, kind in faulty(mistake, plain=True):
        model = dialect.read(parse(document))
        found = [each for each in soundness.check(model, "model.bpmn") if each.rule == kind]
        assert found, document
        assert found[0].severity == ERROR
        replay_of(found[0], document, model)
        tried += 1
    assert tried == OF_EACH


@pytest.mark.parametrize(
    "mistake",
    [each for each in MISTAKES if each is not a_loop_without_its_exit],
    ids=lambda each: each.__name__,
)
def test_a_mistake_among_elements_of_every_kind_is_found(mistake):
    for document, kind in faulty(mistake, plain=False):
        found = {each.rule for each in soundness.check(dialect.read(parse(document)), "model.bpmn")}
        assert kind in found, (document, found)
