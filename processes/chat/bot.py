"""What we answer to a message: who it is, the question that is open, what else they want; what nobody foresaw goes to a colleague.

Nothing here knows a channel. Each reply is kept with its thread and leaves the house with the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, forms, mail, messages, roles, settings, user_tasks, versions
from engine.sentences import Label, Sentence, _l, in_language
from engine.tables import ProcessInstance, UserTask
from processes.chat import dialogue, questions
from processes.records import chats, customer_doors, customer_links, customers, devices
from processes.records.chats import ChatThread
from processes.records.orders import CustomerOrder

#: The message that brings a question of a customer to a colleague (the process bot_booking).
MESSAGE = "bot_message"
#: A setting: [{words: ["hours", "open"], answer: "We are open …"}], asked before a colleague is.
ANSWERS_SETTING = "chat_answers"
_MOST_ORDERS = 5

_HELLO = _l("Hello! Here you can see how your orders stand, answer our questions and ask your own.")
_WHO = _l(
    "We do not know yet who you are. Open the chat from a link in our mail, or share your telephone number here."
)
_KNOWN = _l("Thank you, {name}. We keep what you write here with your orders. Send /stop to end this.")
_STOPPED = _l("We write no more here. Send /start when you want us back.")
_MENU = _l("What can we do for you?")
_MY_ORDERS, _ASK, _BOOK = _l("How do my orders stand?"), _l("I have a question"), _l("Book a visit")
_SHARE = _l("☎ Share my telephone number")
_NO_ORDERS = _l("You have no orders with us yet.")
_ORDER = _l("{number}, {subject}: {state}")
_CANCELLED, _RUNNING, _DONE = _l("cancelled"), _l("in progress"), _l("done")
_BOOK_HERE = _l("Choose a free time here: {address}")
_WRITE = _l("Write your question in one message. A colleague answers here.")
_PASSED_ON = _l("We have passed your question on. A colleague answers here as soon as possible.")
_NOBODY = _l("Nobody takes questions here at the moment. Please call us.")
_ABOUT = _l("About your order {number}, {subject}. All of it is here: {link}")
_ON_PAGE = _l("This is answered on its page: {link}")
_THANKS = _l("Thank you, we have your answer.")
_ANSWERED = _l("This was answered already, so your answer was not taken.")
_NO_PHONE = _l("We do not find this number. Open the chat from a link in our mail, or write your question.")
_LINK_OVER = _l("This link is over. Open the newest mail about your order, or write your question.")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a channel brings it. own_phone: a number that the channel vouches for; start: what a link of ours opened."""

    channel: str
    address: str
    provider_id: str
    text: str
    language: str = "en"
    own_phone: str | None = None


def receive(session: Session, incoming: Incoming, *, now: datetime) -> ChatThread:
    """Take a message and write what we answer. One that was delivered before, or is one of a flood, is not answered."""
    thread = chats.thread(session, incoming.channel, incoming.address, incoming.language, now)
    # The token of a link that was opened is kept nowhere.
    kept = "/start" if incoming.text.startswith("/start ") else incoming.text
    if chats.heard(session, thread, kept, incoming.provider_id, now) is None:
        return thread
    if not chats.is_flooding(session, thread, now):
        _Talk(session, thread, now).hear(incoming)
        session.flush()
    return thread


class _Talk:
    """One turn of a conversation."""

    def __init__(self, session: Session, thread: ChatThread, now: datetime):
        self.session, self.thread, self.now = session, thread, now
        self.time_zone = settings.calendar(session).time_zone

    def hear(self, incoming: Incoming) -> None:
        text = incoming.text.strip()
        command, _, rest = text.partition(" ")
        if incoming.own_phone:
            self._come_by_phone(incoming.own_phone)
        elif command == "/start":
            self._start(rest.strip())
        elif command == "/stop":
            self.thread.stopped_at, self.thread.asking = self.now, {}
            self._say(_STOPPED)
        elif command in ("/menu", "/cancel"):
            self.thread.asking = {}
            self._menu()
        elif self.thread.asking:
            self._go_on(text)
        else:
            self._want(text)

    # --- who it is --------------------------------------------------------------------------------------------------

    def _start(self, token: str) -> None:
        self.thread.stopped_at, self.thread.asking = None, {}
        if not token:
            self._say(_HELLO)
            self._menu()
            return
        try:
            link = customer_links.find(self.session, token)
            door = customer_doors.open_door(self.session, link, self.now)
        except errors.Refused:
            self._say(_LINK_OVER)
            return
        self._belongs_to(door.customer)

    def _come_by_phone(self, phone: str) -> None:
        found = customers.by_phone(self.session, phone)
        # Two customers with one number: nobody can say which of them writes.
        if len(found) == 1:
            self._belongs_to(found[0])
        else:
            self._say(_NO_PHONE)

    def _belongs_to(self, customer: customers.Customer) -> None:
        self.thread.customer_key, self.thread.language = customer.key, customer.language
        self.thread.consent_at = self.thread.consent_at or self.now
        self._say(_KNOWN, name=customer.name)
        self._menu()

    # --- what they want ---------------------------------------------------------------------------------------------

    def _menu(self) -> None:
        """The first open question, else what else there is."""
        asked = self._open_question()
        if asked is not None:
            self._ask(*asked, {})
            return
        if self.thread.customer_key is None:
            self._say(
                _WHO, choices=[_ASK, _BOOK, *([_SHARE] if self.thread.channel == chats.TELEGRAM else [])]
            )
            return
        self._say(_MENU, choices=[_MY_ORDERS, _ASK, _BOOK])

    def _want(self, text: str) -> None:
        offered = [_ASK, _BOOK] if self.thread.customer_key is None else [_MY_ORDERS, _ASK, _BOOK]
        chosen = self._chosen(text, offered)
        if chosen == _MY_ORDERS:
            self._tell_orders()
        elif chosen == _ASK:
            self.thread.asking = {"kind": "question"}
            self._say(_WRITE)
        elif chosen == _BOOK:
            self._say(_BOOK_HERE, address=f"{customer_links.address(self.session)}/book")
        elif (asked := self._open_question()) is not None:
            self._ask(*asked, {})
        else:
            self._pass_on(text)

    def _tell_orders(self) -> None:
        query = select(CustomerOrder, ProcessInstance.state).join(
            ProcessInstance, ProcessInstance.key == CustomerOrder.process_instance_key
        )
        found = self.session.execute(
            query.where(CustomerOrder.customer_key == self.thread.customer_key)
            .order_by(CustomerOrder.created_at.desc(), CustomerOrder.order_no.desc())
            .limit(_MOST_ORDERS)
        ).all()
        for order, state in reversed(found):
            number, subject = order.order_no, devices.subject(self.session, order)
            self._say(_ORDER, number=number, subject=subject, state=Label(self._state_of(order, state)))
        if not found:
            self._say(_NO_ORDERS)

    def _state_of(self, order: CustomerOrder, state: str) -> str:
        if order.cancelled_at is not None:
            return _CANCELLED
        said = questions.status_of(self.session, order.order_no)
        return said or (_RUNNING if state == "active" else _DONE)

    def _pass_on(self, text: str) -> None:
        """A question to a colleague, unless the house has an answer ready."""
        plain = text.casefold()
        for each in settings.get(self.session, ANSWERS_SETTING, []):
            if any(word.casefold() in plain for word in each.get("words", ())):
                self._say_as_is(str(each.get("answer", "")))
                return
        known = self.thread.customer_key and self.session.get(customers.Customer, self.thread.customer_key)
        published = messages.publish(
            self.session,
            MESSAGE,
            f"chat:{self.thread.key}:{self.now.isoformat()}",
            {
                "chat_key": str(self.thread.key),
                "question": text,
                "customer_name": known.name if known else "",
                "channel": self.thread.channel,
            },
            actor=roles.SYSTEM,
            now=self.now,
        )
        self._say(_PASSED_ON if published.process_instance_keys else _NOBODY)

    # --- a question of ours -----------------------------------------------------------------------------------------

    def _open_question(self) -> tuple[CustomerOrder, UserTask] | None:
        if self.thread.customer_key is None:
            return None
        return questions.oldest_open(self.session, self.thread.customer_key)

    def _ask(self, order: CustomerOrder, user_task: UserTask, answers: dict[str, Any]) -> None:
        """Ask what the form of a user task misses next, or complete it when nothing is missing."""
        form, seen = self._form_of(user_task)
        if not answers:
            places = {"number": order.order_no, "subject": devices.subject(self.session, order)}
            self._say(_ABOUT, page=self._page(order, user_task), **places)
        wanted = dialogue.following(form, answers, seen, now=self.now, time_zone=self.time_zone)
        if wanted is None:
            self._complete(user_task, answers)
        elif isinstance(wanted, dialogue.Unspeakable):
            self.thread.asking = {}
            self._say(_ON_PAGE, page=self._page(order, user_task))
        else:
            self.thread.asking = {"kind": "step", "user_task": str(user_task.key), "answers": answers}
            self._say_question(wanted)

    def _go_on(self, text: str) -> None:
        asking = self.thread.asking
        if asking["kind"] == "question":
            self.thread.asking = {}
            self._pass_on(text)
            return
        user_task = self.session.get(UserTask, int(asking["user_task"]))
        order = None if user_task is None else questions.order_of(self.session, user_task)
        if order is None or user_task.state != "open" or order.customer_key != self.thread.customer_key:
            self.thread.asking = {}
            self._say(_ANSWERED)
            self._menu()
            return
        form, seen = self._form_of(user_task)
        clock: dict[str, Any] = {"now": self.now, "time_zone": self.time_zone}
        wanted = dialogue.following(form, asking["answers"], seen, **clock)
        if not isinstance(wanted, dialogue.Question):
            self._ask(order, user_task, asking["answers"])
            return
        spoken = questions.in_words(wanted, self.thread.language)
        try:
            answers = dialogue.answered(form, spoken, text, asking["answers"], seen, **clock)
        except dialogue.NoAnswer as no:
            self._say_as_is(in_language(no.sentence, self.thread.language))
            self._say_question(wanted)
            return
        self._ask(order, user_task, answers)

    def _complete(self, user_task: UserTask, answers: dict[str, Any]) -> None:
        customer = self.session.get_one(customers.Customer, self.thread.customer_key)
        self.thread.asking = {}
        try:
            with self.session.begin_nested():
                user_tasks.complete(
                    self.session, user_task.key, answers, actor=roles.customer(customer.name), now=self.now
                )
        except errors.UserTaskClosed:
            self._say(_ANSWERED)
        except errors.Refused as refused:
            self._say_as_is(in_language(refused.sentence, self.thread.language))
        else:
            self._say(_THANKS)
        self._menu()

    def _page(self, order: CustomerOrder, user_task: UserTask) -> tuple[int, str]:
        """The page of a question. Over a messenger its address goes out once; our own chat opens it by a button."""
        if self.thread.channel == chats.WEB:
            return user_task.key, ""
        return user_task.key, questions.page(self.session, order, user_task, self.now)

    def _form_of(self, user_task: UserTask) -> tuple[forms.Form, dict[str, Any]]:
        actor = roles.customer("")
        return (
            versions.form_of(self.session, user_task) or forms.EMPTY,
            user_tasks.variables(self.session, user_task, actor),
        )

    # --- saying -----------------------------------------------------------------------------------------------------

    def _chosen(self, text: str, offered: list[str]) -> str | None:
        plain = text.casefold().rstrip(".")
        for number, choice in enumerate(offered, start=1):
            if plain in (str(number), self._word(choice).casefold()):
                return choice
        return None

    def _say_question(self, wanted: dialogue.Question) -> None:
        spoken = questions.in_words(wanted, self.thread.language)
        chats.say(
            self.session,
            self.thread,
            spoken.label,
            self.now,
            choices=[label for _value, label in spoken.choices],
        )

    def _say(
        self,
        sentence: str,
        choices: list[str] | None = None,
        page: tuple[int, str] | None = None,
        **places: Any,
    ) -> None:
        text = in_language(Sentence(sentence, link=mail.LINK, **places), self.thread.language)
        words = [self._word(each) for each in choices or ()]
        chats.say(self.session, self.thread, text, self.now, choices=words, page=page)

    def _say_as_is(self, text: str) -> None:
        chats.say(self.session, self.thread, text, self.now)

    def _word(self, text: str) -> str:
        return in_language(Sentence(text), self.thread.language)
