"""Two people at one step: the second pair of eyes (W6), the stale page and the second press (W7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.stories.company import Company
from tests.stories.requests import DONE, LATHE, SCREEN, VACANCY, promise


def test_nobody_approves_their_own_request(company: Company):
    """W6: the head who asks for somebody is refused, another head decides."""
    head, deputy = company["head"], company["deputy"]
    order = head.asks("personnel", "A storekeeper for hall 3", VACANCY)
    step = deputy.sees(order)["Approve the request"]

    refused = head.client.complete(step, {"decision": "approved"})

    assert refused.status == 403
    assert "second person" in refused.json()["detail"]
    assert deputy.completes_step(step, {"decision": "approved"}).status == 200


def test_the_slower_of_two_colleagues_is_told_who_was_faster_and_when(company: Company):
    """W7: both have the page open; the first takes effect, the second gets a sentence and the answers back."""
    fitter, electrician = company["fitter"], company["electrician"]
    order = company["workshop"].asks("maintenance", "Станок искрит", LATHE)
    step = fitter.sees(order)["Take the request"]
    seen = {person.login: person.opens(step) for person in (fitter, electrician)}

    first = fitter.client.complete(step, promise("fitter"), seen["fitter"])
    second = electrician.client.complete(step, promise("electrician"), seen["electrician"])

    assert (first.status, second.status) == (200, 409)
    assert second.json()["title"].startswith("П.\N{NO-BREAK SPACE}С.")
    assert "Do the work" in fitter.sees(order)
    assert "Take the request" not in electrician.sees(order)


def test_a_page_from_before_the_step_was_given_away_is_stale(company: Company):
    """W7: taken and given back meanwhile, the step is another version; what was typed stays with the person."""
    fitter, electrician = company["fitter"], company["electrician"]
    order = company["workshop"].asks("maintenance", "Станок течёт", LATHE)
    step = fitter.sees(order)["Take the request"]
    seen = fitter.opens(step)
    electrician.client.post(f"/user-tasks/{step}/claim")
    electrician.client.post(f"/user-tasks/{step}/release")

    stale = fitter.client.complete(step, promise("fitter"), seen)

    assert stale.status == 409
    assert stale.json()["detail"]
    assert fitter.completes_step(step, promise("fitter")).status == 200


def test_of_two_who_take_the_same_step_one_gets_it(company: Company):
    """W7: the claim is locked; the other one reads who has it."""
    fitter, electrician = company["fitter"], company["electrician"]
    order = company["workshop"].asks("maintenance", "Станок гудит", LATHE)
    step = fitter.sees(order)["Take the request"]

    fitter.client.post(f"/user-tasks/{step}/claim")
    electrician.client.post(f"/user-tasks/{step}/claim")

    assert "П.\N{NO-BREAK SPACE}С." in electrician.client.get(f"/user-tasks/{step}").text
    assert electrician.client.complete(step, promise("electrician"), 2).status in (403, 409)
    assert fitter.completes_step(step, promise("fitter")).status == 200


def test_a_double_press_has_one_effect_and_the_second_answer_is_a_sentence(company: Company):
    """W7, W5: the same answer sent five times at once is booked once."""
    sales, it = company["sales"], company["it"]
    order = sales.asks("it", "The screen flickers", SCREEN)
    it.completes(order, "Take the request", promise("it"))
    it.completes(order, "Do the work", DONE)
    step = sales.sees(order)["Confirm the result"]
    version = sales.opens(step)
    windows = [company.window_of("sales") for _ in range(5)]

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda each: each.complete(step, {"result": "accepted"}, version), windows))
    for window in windows:
        window.close()

    assert sorted(each.status for each in answers) == [200, 409, 409, 409, 409]
    told = next(each for each in answers if each.status == 409).json()
    assert told["title"].startswith("You have completed this already, at ")
    assert company.booked(order) == [("SALES", "labour", 300_00), ("SALES", "material", 120_50)]
