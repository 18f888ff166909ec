"""A signature: a name that is needed, and a drawing of it that is a small picture or nothing."""

import io

from PIL import Image

from engine.forms import UploadedFile
from tests.engine.forms.made import answer, check, errors, form, group, refusal, rows

SIGNATURE = {"type": "signature", "validate": {"required": True}}
PLACE = "files::signature-a"


def _drawing(kind="PNG", size=(300, 160)):
    data = io.BytesIO()
    Image.new("RGB", size).save(data, kind)
    return _file(data.getvalue())


def _file(content):
    return UploadedFile("f1", "Signature.png", "image/png", len(content), content)


def test_a_typed_name_is_a_signature_for_who_cannot_draw():
    assert answer(SIGNATURE, "I. C.") == "I. C."


def test_a_drawing_comes_beside_the_name_and_the_name_is_the_value():
    assert answer(SIGNATURE, "I. C.", files={PLACE: [_drawing()]}) == "I. C."


def test_a_drawing_alone_does_not_say_who_signed():
    assert (
        refusal(SIGNATURE, " ", files={PLACE: [_drawing()]})
        == "A signature is needed: the name of who signs."
    )
    assert answer({"type": "signature"}, "") == ""


def test_a_name_of_more_than_200_signs_is_none():
    assert refusal(SIGNATURE, "x" * 201) == "At most 200 characters, 201 given."
    assert refusal({"type": "signature", "validate": {"maxLength": 5}}, "x" * 6) is not None


def test_what_is_no_picture_or_too_much_of_one_is_no_drawing():
    assert "Draw it again" in refusal(SIGNATURE, "I. C.", files={PLACE: [_file(b"<svg onload=alert(1)>")]})
    assert "image/jpeg" in refusal(SIGNATURE, "I. C.", files={PLACE: [_drawing("JPEG")]})
    large = UploadedFile("f1", "s.png", "image/png", 600_000, _drawing().content)
    assert "too large" in refusal(SIGNATURE, "I. C.", files={PLACE: [large]})
    assert "2 were given" in refusal(SIGNATURE, "I. C.", files={PLACE: [_drawing(), _drawing()]})


def test_a_drawing_is_found_by_the_path_of_its_field_in_rows_too():
    signed = form(
        rows("people", {**SIGNATURE, "key": "a", "label": "A"}), group({**SIGNATURE, "key": "b"}, path="at")
    )
    given = {"people": [{"a": "I."}, {"a": "O."}], "at": {"b": "K."}}

    taken = check(signed, given, files={"files::signature-people-1-a": [_drawing()]})

    assert taken == given
    for place in ("people-0-a", "people-1-a", "at-b"):
        refused = errors(signed, given, files={f"files::signature-{place}": [_file(b"no picture")]})
        assert list(refused) == [place.replace("-", ".")]
