"""The search of every page: numbers open, words list, nothing of others is betrayed."""

from tests.webapp import stories


def test_the_number_of_an_order_opens_it_however_it_is_typed(visitor, database):
    order = stories.asked(database)

    answer = visitor("sales").get("/find?q=ir-0001")

    assert answer.location == f"/orders/{order}"
    assert visitor("sales").get("/find?q=https://x.example/o/IR-0001").location == f"/orders/{order}"


def test_words_are_looked_for_among_repairs_or_in_the_inbox_by_what_the_person_may_see(visitor):
    assert visitor("frontdesk").get("/find?q=drill+7").location == "/repairs?q=drill+7"
    assert visitor("sales").get("/find?q=drill").location == "/inbox?q=drill"


def test_an_order_that_is_not_theirs_is_not_told_to_exist(visitor, database):
    stories.asked(database)

    assert visitor("office").get("/find?q=IR-0001").location == "/inbox?q=IR-0001"
