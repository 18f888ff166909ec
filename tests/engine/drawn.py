"""What the tests with random input draw in few choices: hypothesis spends most of its time on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

_FIRST_SIGN = 0xE000


def several(items: Sequence[Any], min_size: int = 0, max_size: int | None = None) -> st.SearchStrategy[list]:
    """Some of these in any order, also twice: as lists of sampled_from are, in one choice instead of two for each."""
    signs = {chr(_FIRST_SIGN + number): item for number, item in enumerate(items)}
    texts = st.text("".join(signs), min_size=min_size, max_size=max_size)
    return texts.map(lambda text: [signs[sign] for sign in text])


_LIST, _DICTIONARY, _END = "list", "dictionary", "end"


def nested(
    leaves: Sequence[st.SearchStrategy[Any]], keys: st.SearchStrategy[str], max_size: int = 20
) -> st.SearchStrategy[Any]:
    """A leaf, or lists and dictionaries of leaves in each other: the shape is one choice, then leaves and keys are drawn."""
    # As many beginnings of a part as there are leaves: every other value holds several.
    around = [_LIST, _DICTIONARY] * (len(leaves) // 2) + [_END] * (len(leaves) // 3)
    shapes = several([*leaves, *around], min_size=1, max_size=max_size)

    @st.composite
    def value(draw: st.DrawFn) -> Any:
        whole: list[Any] = []
        unfinished: list[Any] = [whole]
        for part in draw(shapes):
            if part is not _END:
                one = [] if part is _LIST else {} if part is _DICTIONARY else draw(part)
                _put(one, unfinished[-1], draw, keys)
                if part is _LIST or part is _DICTIONARY:
                    unfinished.append(one)
            elif len(unfinished) > 1:
                unfinished.pop()
            if whole and len(unfinished) == 1:
                break
        return whole[0] if whole else None

    return value()


def _put(one: Any, holder: Any, draw: st.DrawFn, keys: st.SearchStrategy[str]) -> None:
    if isinstance(holder, dict):
        holder[draw(keys)] = one
    else:
        holder.append(one)
