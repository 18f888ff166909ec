"""What we write to customers about their order: each message once, in their language, with the link it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import errors, mail, roles, settings
from engine.sentences import Money, Sentence, _l, in_language
from processes.records import (
    aftersales_letters,
    billing,
    comments,
    complaints,
    customer_links,
    customers,
    devices,
    invoices,
    ledger,
    money,
    order_lines,
    orders,
    quotes,
    receivables,
    surveys,
    visit_letters,
)

EMAIL, PHONE, NOBODY = "email", "phone", "nobody"


@dataclass(frozen=True, slots=True)
class Message:
    """One of our messages: head and text, and the page that its link opens unless the step says another one."""

    subject: str
    text: str
    link: str | None = customer_links.STATUS


@dataclass(frozen=True, slots=True)
class Facts:
    """What a step tells about the message. amount in units; due: a day or a moment as ISO text."""

    quote_version: int | None = None
    reason: str | None = None
    amount: Decimal | None = None
    due: str | None = None


#: By the header `about` of the step. Each text may use {device}, {order}, {amount}, {due}, {quote}, {reason}.
MESSAGES = {
    "accepted": Message(
        _l("Accepted for repair: {device}, order {order}"),
        _l(
            "We have accepted your {device} for repair. The order number is {order}; we expect to be done by {due}."
        ),
    ),
    "clarify": Message(
        _l("A question about order {order}"),
        _l("We have a question about your {device}: {reason}"),
        customer_links.CLARIFY,
    ),
    "clarify_reminder": Message(
        _l("We still need your answer: order {order}"),
        _l("We cannot go on with your {device} before you answer our question: {reason}"),
        customer_links.CLARIFY,
    ),
    "quote": Message(
        _l("Quote {quote} for order {order}: {amount}"),
        _l(
            "We have looked at your {device}. The repair costs {amount}; we begin when you agree. The quote holds until {due}."
        ),
        customer_links.QUOTE,
    ),
    "quote_reminder": Message(
        _l("Your answer is awaited: quote {quote} for order {order}"),
        _l("Our quote of {amount} for your {device} waits for your answer. It holds until {due}."),
        customer_links.QUOTE,
    ),
    "quote_expired": Message(
        _l("Quote {quote} for order {order} has expired"),
        _l(
            "Our quote for your {device} has expired without an answer. We do not repair it; you can fetch it as it is."
        ),
    ),
    "declined": Message(
        _l("Not repaired: order {order}"),
        _l("As you decided, we do not repair your {device}. We tell you when you can fetch it."),
    ),
    "not_repairable": Message(
        _l("Not repairable: order {order}"),
        _l("Your {device} cannot be repaired: {reason} We tell you when you can fetch it."),
    ),
    "delayed": Message(
        _l("Later than promised: order {order}"),
        _l("The repair of your {device} takes longer than promised. We now expect to be done by {due}."),
    ),
    "ready": Message(
        _l("Ready: {device}, order {order}"),
        _l("Your {device} is ready, you can fetch it. To pay: {amount}."),
    ),
    "returned": Message(
        _l("You can fetch it: {device}, order {order}"),
        _l("Your {device} was not repaired and waits for you. To pay: {amount}."),
    ),
    "pickup_reminder": Message(
        _l("Still waiting for you: {device}, order {order}"),
        _l(
            "Your {device} has been ready for some time. Come and fetch it when it suits you. To pay: {amount}."
        ),
    ),
    "storage_notice": Message(
        _l("Storage of {device}, order {order}"),
        _l("Your {device} has not been fetched. From now on we may charge a fee for storing it."),
    ),
    "invoice": Message(
        _l("Invoice for order {order}: {amount}"),
        _l("Here is the invoice for your {device}. To pay: {amount}, by {due}."),
        customer_links.INVOICE,
    ),
    "dunning": Message(
        _l("Payment is due: order {order}"),
        _l("We have not received the payment for your {device}. Still to pay: {amount}, due on {due}."),
        customer_links.INVOICE,
    ),
    "prepayment": Message(
        _l("Please pay in advance: order {order}, {amount}"),
        _l("Before we begin with {device} we ask you to pay {amount} in advance, by {due}."),
    ),
    "prepayment_reminder": Message(
        _l("We wait for your advance payment: order {order}"),
        _l("We have not received your advance payment for {device} yet. To pay: {amount}, by {due}."),
    ),
    "issued": Message(
        _l("Handed out: {device}, order {order}"),
        _l("We have handed out your {device}. Your documents are on the page of the order."),
    ),
    "cancelled": Message(
        _l("Cancelled: order {order}"),
        _l("Order {order} for your {device} is cancelled. The reason: {reason}"),
    ),
    "survey": Message(
        _l("How was it? Order {order}"),
        _l(
            "Are you content with the repair of your {device}? Choose a number, from 1 (not at all) to 5 (very much)."
        ),
        customer_links.SURVEY,
    ),
    **{about: Message(*texts) for about, texts in visit_letters.TEXTS.items()},
    **{about: Message(*texts) for about, texts in aftersales_letters.TEXTS.items()},
}

#: Before there is an invoice, what a step says about one is about the prepayment.
_IN_ADVANCE = {"invoice": "prepayment", "dunning": "prepayment_reminder"}
_AGAIN = Message(
    _l("Your link: order {order}"),
    _l("Here is a new link for your {device}. The one before it no longer works."),
)
_HELLO = _l("Hello {customer},")
_LEAD = {
    customer_links.QUOTE: _l("See the quote and answer here, without signing in:"),
    customer_links.CLARIFY: _l("Answer here, without signing in:"),
    customer_links.INVOICE: _l("See the invoice here:"),
    customer_links.BOOKING: _l("Confirm the time or choose another one here, without signing in:"),
    customer_links.STATUS: _l("See how your order stands here:"),
    **aftersales_letters.LEADS,
}
_KEEP = _l("This link is for you alone and works until {until}.")
_CALL = _l("Call the customer, {customer} ({phone}): {message}")


def tell(
    session: Session,
    posting: ledger.Posting,
    about: str,
    purpose: str | None = None,
    facts: Facts | None = None,
) -> str:
    """Write the message `about` to the customer of an order; returns how they are reached: EMAIL, PHONE or NOBODY.

    purpose: of the link, else the message's own. PHONE (no address, or the customer wants calls): a comment on the order
    asks colleagues to call, and nothing is sent. NOBODY: it asks for an answer to a quote that takes none any more, as a
    reminder does that was due while we were away. Raises NotFound without such an order, Refused for an unknown message.
    """
    if about not in MESSAGES:
        raise errors.Refused(
            f'Expected the header "about" to be one of {", ".join(sorted(MESSAGES))}, but found "{about}".'
        )
    order = orders.get(session, posting.order_no)
    customer = customers.get(session, order.customer_key)
    if about in _IN_ADVANCE and invoices.latest(session, posting.order_no) is None:
        about, purpose = _IN_ADVANCE[about], None
    message, facts = MESSAGES[about], facts or Facts()
    purpose = purpose or message.link
    if purpose == customer_links.QUOTE and _is_over(session, posting, facts):
        return NOBODY
    places = _places(session, order, purpose, facts)
    if about in visit_letters.TEXTS:
        places |= visit_letters.places(session, order.order_no)
    if not customer.email or customer.preferred_channel == PHONE:
        _ask_to_call(session, posting, customer, Sentence(message.text, **places))
        return PHONE
    made = None if purpose is None else _make_link(session, posting, purpose, facts)
    _write(session, posting, customer, message, places, made)
    return EMAIL


def send_link(
    session: Session, posting: ledger.Posting, customer: customers.Customer, purpose: str
) -> customer_links.CustomerLink:
    """Mail a new link of that purpose to a customer who has an address, whatever they prefer; they have asked for it.

    Raises Refused for a quote that takes no answer any more.
    """
    order, facts = orders.get(session, posting.order_no), Facts()
    if purpose == customer_links.QUOTE and _is_over(session, posting, facts):
        raise errors.Refused(_l("The quote takes no answer any more, so its link is not sent again."))
    made = _make_link(session, posting, purpose, facts)
    _write(session, posting, customer, _AGAIN, _places(session, order, purpose, facts), made)
    return made.link


def _write(
    session: Session,
    posting: ledger.Posting,
    customer: customers.Customer,
    message: Message,
    places: dict[str, object],
    made: customer_links.Made | None,
) -> None:
    parts = [Sentence(_HELLO, customer=customer.name), Sentence(message.text, **places)]
    body = [in_language(each, customer.language) for each in parts]
    if made is not None:
        body.append(_link(session, made.link, customer.language))
    mail.write(
        session,
        to=customer.email,
        subject=in_language(Sentence(message.subject, **places), customer.language),
        body="\n\n".join(body) + "\n",
        process_instance_key=posting.process_instance_key,
        now=posting.at,
        link=made.address if made else None,
    )


def _places(
    session: Session, order: orders.CustomerOrder, purpose: str | None, facts: Facts
) -> dict[str, object]:
    """What the texts of a message may name; what nobody told is looked up in the records."""
    quote = (
        _quote(session, order.order_no, facts)
        if purpose == customer_links.QUOTE or facts.quote_version
        else None
    )
    return {
        "order": order.order_no,
        "device": devices.subject(session, order),
        "quote": str(quote.version) if quote else "-",
        "reason": facts.reason or "-",
        "amount": Money(_amount(session, order.order_no, quote, facts), invoices.currency(session)),
        "due": _due(session, order, quote, purpose, facts),
    }


def _quote(session: Session, order_no: str, facts: Facts) -> quotes.QuoteVersion | None:
    if facts.quote_version is not None:
        return quotes.get(session, order_no, int(facts.quote_version))
    return quotes.newest(session, order_no)


def _is_over(session: Session, posting: ledger.Posting, facts: Facts) -> bool:
    quote = _quote(session, posting.order_no, facts)
    return quote is not None and quote.is_over(posting.at)


def _amount(session: Session, order_no: str, quote: quotes.QuoteVersion | None, facts: Facts) -> Decimal:
    """What is to pay: as told, as quoted, what is still owed; before there is an invoice, what the planned lines come to."""
    if facts.amount is not None:
        return Decimal(facts.amount)
    if quote is not None:
        return money.units(quote.total_cents)
    cents = receivables.balance(session, order_no)
    if invoices.latest(session, order_no) is None:
        cents += billing.client_planned_cents(order_lines.planned(session, order_no))
    return money.units(max(cents, 0))


def _due(
    session: Session,
    order: orders.CustomerOrder,
    quote: quotes.QuoteVersion | None,
    purpose: str | None,
    facts: Facts,
) -> date:
    """The day a message names: the one it was told, else until when the quote holds, the invoice's, the promised one."""
    zone = ZoneInfo(settings.calendar(session).time_zone)
    if facts.due:
        return _day(facts.due, zone)
    if quote is not None:
        return quote.expires_at.astimezone(zone).date()
    invoice = invoices.latest(session, order.order_no) if purpose == customer_links.INVOICE else None
    return invoice.due_at.astimezone(zone).date() if invoice else order.promised_date


def _day(text: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(text).astimezone(zone).date() if "T" in text else date.fromisoformat(text)


def _make_link(session: Session, posting: ledger.Posting, purpose: str, facts: Facts) -> customer_links.Made:
    """A link of that purpose to what the message is about; it ends with the quote that it shows."""
    record_key, expires_at = None, None
    if purpose == customer_links.QUOTE and (quote := _quote(session, posting.order_no, facts)):
        record_key, expires_at = str(quote.version), quote.expires_at
    if purpose == customer_links.INVOICE and (invoice := invoices.latest(session, posting.order_no)):
        record_key = invoice.number
    if purpose == customer_links.SOLUTION:
        record_key = str(complaints.get(session, posting.order_no).offer_version)
    if purpose == customer_links.BOOKING:
        record_key, expires_at = visit_letters.link(session, posting.order_no, posting.at)
    return customer_links.make(
        session,
        purpose,
        order_no=posting.order_no,
        process_instance_key=posting.process_instance_key,
        now=posting.at,
        record_key=record_key,
        expires_at=expires_at,
    )


def _link(session: Session, link: customer_links.CustomerLink, language: str) -> str:
    """The lines of the mail that hold the link: its place on a line of its own, for a survey one for each score."""
    zone = ZoneInfo(settings.calendar(session).time_zone)
    keep = in_language(Sentence(_KEEP, until=link.expires_at.astimezone(zone).date()), language)
    if link.purpose == customer_links.SURVEY:
        scores = [f"{score}  {mail.LINK}?score={score}" for score in reversed(surveys.SCORES)]
        return "\n".join(scores) + f"\n\n{keep}"
    return f"{in_language(Sentence(_LEAD[link.purpose]), language)}\n{mail.LINK}\n\n{keep}"


def _ask_to_call(
    session: Session, posting: ledger.Posting, customer: customers.Customer, message: Sentence
) -> None:
    sentence = Sentence(_CALL, customer=customer.name, phone=customer.phone or "-", message=str(message))
    comments.add(
        session, posting.process_instance_key, str(sentence), author=roles.SYSTEM.login, now=posting.at
    )
