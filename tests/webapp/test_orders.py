"""Requests and orders: starting one, my own and nobody else's, comments, files, cancelling."""

import io
import re

import pytest
from PIL import Image

from tests.webapp import stories
from tests.webapp.visitors import words

ANSWERS = {"subject": "A printer that prints", "item_kind": "it", "wanted_date": "2099-01-31"}


def _photo(kind="JPEG", size=(400, 300)):
    picture = Image.new("RGB", size, "#336699")
    exif = picture.getexif()
    exif[0x010F] = "Secret Camera"
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def test_a_process_that_my_role_starts_is_offered_and_leads_to_its_first_step(visitor, database):
    person = visitor("sales")

    assert "Internal service request" in person.text("/orders/new")
    answer = person.submit("/orders/new/internal_request", ANSWERS)

    page = person.text(answer.json["go_to"])
    assert "Describe the IT problem" in page
    assert "Request IR-0001 is started." in page


def test_a_start_form_with_mistakes_starts_nothing(visitor):
    person = visitor("sales")

    answer = person.submit("/orders/new/internal_request", {"subject": ""})

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"subject", "item_kind", "wanted_date"}
    assert "You have asked for nothing yet" in person.text("/orders")


def test_a_process_of_others_or_of_nobody_is_not_found(visitor):
    assert visitor("sales").get("/orders/new/manager_review").status_code == 404
    assert visitor("sales").post("/orders/new/no_such_process").status_code == 404


def test_a_requester_sees_own_requests_and_nothing_of_others(visitor, database):
    own, foreign = (
        stories.asked(database, by="sales"),
        stories.asked(database, by="office", subject="Private"),
    )
    person = visitor("sales")

    page = person.text("/orders")
    assert "The screen stays dark" in page
    assert 'Waits for somebody of IT to take "Take the request"' in page
    assert "Private" not in page
    assert person.get(f"/orders/{own}").status_code == 200
    for address in (f"/orders/{foreign}", f"/user-tasks/{stories.step_of(database, foreign).key}"):
        assert person.get(address).status_code == 404
    for address in ("comments", "files", "cancel"):
        assert (
            person.post(f"/orders/{foreign}/{address}", {"text": "x", "reason": "why not"}).status_code == 404
        )


def test_who_takes_part_and_who_manages_sees_the_order(visitor, database):
    order = stories.asked(database)

    assert visitor("it").get(f"/orders/{order}").status_code == 200
    assert visitor("manager").get(f"/orders/{order}").status_code == 200
    assert visitor("buyer").get(f"/orders/{order}").status_code == 404


def test_a_comment_is_shown_as_text_to_all_who_see_the_order(visitor, database):
    order = stories.asked(database)

    answer = visitor("sales").post(f"/orders/{order}/comments", {"text": "<b>Please</b> & soon"})

    page = visitor("it").get(f"/orders/{order}").text
    assert answer.location == f"/orders/{order}#comments"
    assert "&lt;b&gt;Please&lt;/b&gt; &amp; soon" in page


def test_an_empty_comment_is_refused_and_a_long_one_is_kept_on_the_page(visitor, database):
    order = stories.asked(database)
    person = visitor("sales")

    empty = person.post(f"/orders/{order}/comments", {"text": "   "})
    long = person.post(f"/orders/{order}/comments", {"text": "x" * 4001})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "A comment needs at least one word." in words(empty.text)
    assert "x" * 4001 in long.text


def test_a_photo_loses_what_the_camera_wrote_and_is_served_harmlessly(visitor, database):
    order = stories.asked(database)
    person = visitor("it")

    person.post(f"/orders/{order}/files", {"files": (io.BytesIO(_photo()), "../../up <x>.jpg")})
    page = person.get(f"/orders/{order}").text
    address = page.split('class="tile" href="')[1].split('"')[0]
    file = person.get(address)

    assert file.status_code == 200
    assert file.mimetype == "image/jpeg"
    assert b"Secret Camera" not in file.data
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "/" not in file.headers["Content-Disposition"].split("filename=")[1].split(";")[0]
    assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor("buyer").get(address).status_code == 404
    file.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("photo.jpg", b"<html>not a photo"),
        ("tool.exe", b"MZ\x90\x00\x03"),
        ("empty.txt", b""),
    ],
)
def test_what_is_no_picture_or_document_is_refused_with_a_sentence(visitor, database, name, content):
    order = stories.asked(database)
    person = visitor("sales")

    answer = person.post(f"/orders/{order}/files", {"files": (io.BytesIO(content), name)})

    assert answer.status_code == 422
    assert f'"{name}"' in words(answer.text)
    assert "/files/" not in person.get(f"/orders/{order}").text.replace(f"/orders/{order}/files", "")


def test_the_requester_cancels_with_a_reason_and_the_manager_decides(visitor, database):
    order = stories.asked(database)
    person = visitor("sales")
    assert "Cancel the order" in person.text(f"/orders/{order}")

    without = person.post(f"/orders/{order}/cancel", {"reason": " "})
    answer = person.post(f"/orders/{order}/cancel", {"reason": "Found another screen"})
    again = person.post(f"/orders/{order}/cancel", {"reason": "Found another screen"})

    assert without.status_code == 422
    assert "A reason is needed" in words(without.text)
    assert answer.status_code == 302
    assert stories.step_of(database, order).name == "Review the cancellation"
    assert again.status_code == 409
    assert "Review the cancellation" in visitor("manager").text("/inbox")


def test_a_colleague_of_the_department_cannot_cancel_for_the_requester(visitor, database):
    order = stories.asked(database)

    answer = visitor("it").post(f"/orders/{order}/cancel", {"reason": "No time for this"})

    assert answer.status_code == 403
    assert stories.step_of(database, order).name == "Take the request"


def test_a_whole_request_goes_through_four_inboxes_over_http(visitor, database):
    sales, it = visitor("sales"), visitor("it")
    answer = sales.submit("/orders/new/internal_request", ANSWERS)
    answer = sales.submit(answer.json["go_to"] + "/complete", stories.SCREEN)
    order = re.search(r'href="/orders/(\d+)"', sales.get("/orders").text).group(1)

    step = stories.step_of(database, int(order)).key
    answer = it.submit(f"/user-tasks/{step}/complete", {"worker": "it", "promised_date": "2099-01-31"})
    answer = it.submit(answer.json["go_to"] + "/complete", {"work_notes": "New cable", "hours": 2})
    assert answer.json == {"go_to": "/inbox"}
    step = stories.step_of(database, int(order)).key
    answer = sales.submit(f"/user-tasks/{step}/complete", {"result": "accepted"})

    assert "The order is finished." in sales.text("/inbox")
    page = sales.text(f"/orders/{order}")
    assert "Finished" in page
    assert "New cable" not in page
