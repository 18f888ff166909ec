"""Stories of one instance as a line of words, so that a table of odd models can be read: `a; b x=1; = c d!; @ 1h; done`.

Each word is played by the house's verbs, with the state stored and loaded after it (see play.py). Values are JSON.

a x=1 / a@1      complete the user task or job at a, the second one with @1     > m x=1 / > m@1   the event m happens
! S x=1          the signal S comes                                            @ 1.5h            time passes (s m h d)
fail a CODE      the job at a throws an error                                  write x=1         variables are written
retry a          the incident at a is retried                                  cancel            the instance is cancelled
= a b! j+        this is open (`open` of play.py), `= -` is nothing            ~ m t             these events are waited for
root x=1         variables of the instance                                     sees a x=1        what is seen at a
due 2026-...     when the timers are due                                       key 5             correlation keys waited for
incident KIND    of the last step                                              thrown S M        signals, messages of the last step
no <words>       is refused and changes nothing                                twice a           complete it; the same again is refused
done             the instance is finished
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from engine import spiff
from tests.engine.spiff.play import Play

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PLACE = re.compile(r"(?P<at>[^\s@]+)(?:@(?P<number>\d+))?\s*(?P<rest>.*)")
_REFUSALS = (spiff.NotWaiting, spiff.NoSuchToken)


def follow(played: Play, script: str) -> Play:
    """Play the words of a script; a failure names the one that was not true, or after which a token waits for nothing."""
    known: dict[str, int] = {}  # which token waited last for an event: the house may answer too late
    for words in filter(None, (each.strip() for each in re.split(r"[;\n]", script))):
        known |= {wait.event_id: wait.token_id for wait in played.instance.waits()}
        try:
            _follow(played, words, known)
        except AssertionError as wrong:
            raise AssertionError(
                f"at `{words}`: {wrong}\nopen: {played.open}, waits: {played.waits}"
            ) from wrong
    return played


def _follow(played: Play, words: str, known: dict[str, int]) -> None:
    verb, _, rest = words.partition(" ")
    if verb == "no":
        _refused(played, rest, known)
    elif verb == ">":
        _send(played, rest, known)
    elif verb in _VERBS:
        _VERBS[verb](played, rest.strip())
    else:
        at, number, given = _place(words)
        played.complete(at, number, **given)


def _place(words: str) -> tuple[str, int, dict[str, Any]]:
    found = _PLACE.fullmatch(words)
    return found["at"], int(found["number"] or 0), _values(found["rest"])


def _values(text: str) -> dict[str, Any]:
    pairs = (each.partition("=") for each in text.split())
    return {name: json.loads(value) for name, _, value in pairs}


def _has(found: dict[str, Any], text: str) -> None:
    """The variables have these values; one that is to be null may be missing."""
    for name, value in _values(text).items():
        assert found.get(name) == value, f"{name} is {found.get(name)!r}"


def _equal(found: Any, text: str) -> None:
    assert list(found) == ([] if text == "-" else text.split()), f"it is {found}"


def _signal(played: Play, rest: str) -> None:
    name, _, given = rest.partition(" ")
    played.signal(name, **_values(given))


def _send(played: Play, rest: str, known: dict[str, int]) -> None:
    at, number, given = _place(rest)
    if at in played.waits:
        played.send(at, number, **given)
    else:
        played.instance.fire(known[at], at, given)


def _sees(played: Play, rest: str) -> None:
    at, number, _ = _place(rest.partition(" ")[0])
    _has(played.sees(at, number), rest.partition(" ")[2])


def _refused(played: Play, rest: str, known: dict[str, int]) -> None:
    before = spiff.dump(played.instance)
    with pytest.raises(_REFUSALS):
        _follow(played, rest, known)
    assert spiff.dump(played.instance) == before


def _twice(played: Play, rest: str) -> None:
    token = played.token(rest)
    played.complete(rest)
    before = spiff.dump(played.instance)
    with pytest.raises(_REFUSALS):
        played.instance.complete(token, {})
    assert spiff.dump(played.instance) == before


def _cancel(played: Play, rest: str) -> None:
    played.instance.terminate()
    played.instance = spiff.load(spiff.dump(played.instance), played.process, played.house)


def _is_done(played: Play, rest: str) -> None:
    assert played.is_finished


_THROWN = (spiff.SignalThrown, spiff.MessageThrown)
_VERBS = {
    "!": _signal,
    "@": lambda p, rest: p.wait(**{_UNITS[rest[-1]]: float(rest[:-1])}),
    "fail": lambda p, rest: p.fail(*rest.split()),
    "write": lambda p, rest: p.write(**_values(rest)),
    "retry": lambda p, rest: p.retry(rest),
    "cancel": _cancel,
    "=": lambda p, rest: _equal(p.open, " ".join(sorted(rest.split()))),
    "~": lambda p, rest: _equal(p.waits, " ".join(sorted(rest.split()))),
    "root": lambda p, rest: _has(p.root, rest),
    "sees": _sees,
    "due": lambda p, rest: _equal([w.due_at.isoformat()[:16] for w in p.instance.waits() if w.due_at], rest),
    "key": lambda p, rest: _equal([w.correlation_key for w in p.instance.waits() if w.message_name], rest),
    "incident": lambda p, rest: _equal([p.incident()[0]], rest),
    "thrown": lambda p, rest: _equal([f.name for f in p.facts if isinstance(f, _THROWN)], rest),
    "twice": _twice,
    "done": _is_done,
}
