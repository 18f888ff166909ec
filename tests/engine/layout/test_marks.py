"""A path marked on a picture: every element of it has its number, its flows are strong, the place stands out."""

from __future__ import annotations

from lxml import etree

from engine import layout
from engine.layout.marks import DANGER
from tests.engine.spiff.diagrams import diagram, end, start, user, xor

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = layout.layout(
    diagram(
        start(),
        xor("e"),
        user("a"),
        xor("q"),
        end(),
        flows="start -> e -> a -> q; q -> e [=x]; q -> end [default]",
    )
)
PATH = ("start", "start_to_e", "e", "e_to_a", "a", "a_to_q", "q", "q_to_e", "e", "e_to_a", "a")


def marked(marks: layout.Marks | None) -> tuple[list[str], int, int]:
    """The numbers in their order, how many flows are strong, and how many places stand out."""
    root = etree.fromstring(layout.picture(DRAWN, marks))
    numbers = [each.text for each in root.iter(f"{SVG}text") if each.get("fill") == "#ffffff"]
    strong = [each for each in root.iter(f"{SVG}path") if each.get("stroke") == DANGER]
    places = [each for each in root.iter(f"{SVG}rect") if each.get("stroke") == DANGER]
    return numbers, len(strong), len(places)


def test_the_elements_of_a_path_are_numbered_in_their_order():
    assert marked(layout.Marks(PATH, "a")) == (["1", "2, 5", "3, 6", "4"], 4, 1)


def test_what_is_passed_again_and_again_has_its_first_numbers():
    numbers, _strong, _places = marked(layout.Marks(("e", "a") * 5, None))

    assert numbers == ["1, 3, 5 …", "2, 4, 6 …"]


def test_what_is_not_drawn_is_left_out():
    assert marked(layout.Marks(("start", "nowhere", "e"), "elsewhere")) == (["1", "2"], 0, 0)


def test_a_picture_without_marks_stays_as_it_was():
    assert marked(None) == ([], 0, 0)
    assert layout.picture(DRAWN) == layout.picture(DRAWN, None)
