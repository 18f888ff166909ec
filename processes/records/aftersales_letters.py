"""The texts of our letters about deliveries and complaints; `customer_messages` sends them."""

from __future__ import annotations

from engine.sentences import _l
from processes.records import customer_links

#: {about: (head, text, page that the link opens)}. Places as in `customer_messages.MESSAGES`.
TEXTS: dict[str, tuple[str, str, str | None]] = {
    "delivery_agreed": (
        _l("Your order {order}: {device}"),
        _l(
            "Thank you for your order. We now plan the delivery and write to you when we come. The price is {amount}."
        ),
        customer_links.STATUS,
    ),
    "delivery_missed": (
        _l("We did not meet you: order {order}"),
        _l("We came to deliver or to install {device}, but met nobody. We write to you with another time."),
        customer_links.STATUS,
    ),
    "delivery_exchanged": (
        _l("Another one comes: order {order}"),
        _l("What we brought was damaged, and we are sorry. We bring another one: {device}."),
        customer_links.STATUS,
    ),
    "delivery_accepted": (
        _l("Delivered: {device}, order {order}"),
        _l("We have delivered your order. Should anything be wrong with it, tell us here."),
        customer_links.COMPLAINT,
    ),
    "delivery_refused": (
        _l("Not delivered: order {order}"),
        _l("As agreed, we have taken the goods back. {reason}"),
        customer_links.STATUS,
    ),
    "complaint_received": (
        _l("Your complaint {order}"),
        _l("We have your complaint and look into it: {device}. You hear from us within one working hour."),
        customer_links.STATUS,
    ),
    "complaint_answer": (
        _l("About your complaint {order}"),
        _l("We answer to your complaint: {reason}"),
        customer_links.STATUS,
    ),
    "complaint_solution": (
        _l("Our solution for your complaint {order}"),
        _l("This is what we offer you: {reason}"),
        customer_links.SOLUTION,
    ),
    "complaint_closed": (
        _l("Your complaint {order} is closed"),
        _l("Your complaint is closed. {reason}"),
        customer_links.STATUS,
    ),
}
#: {page: what stands above its link}
LEADS = {
    customer_links.COMPLAINT: _l("Tell us here what is wrong, without signing in:"),
    customer_links.SOLUTION: _l("Accept it or not here, without signing in:"),
}
