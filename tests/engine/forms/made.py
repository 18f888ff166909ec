"""How the tests of forms make a form and look at what comes back."""

from datetime import UTC, datetime

from engine import forms

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ZONE = "Europe/Chisinau"


def form(*components, **head):
    """A form of these components."""
    return forms.load({"type": "default", "schemaVersion": 19, "components": list(components), **head})


def check(a_form, submission, variables=None, files=None, now=NOW, time_zone=ZONE):
    """The values for variables."""
    return a_form.check(submission, variables or {}, now=now, time_zone=time_zone, files=files)


def errors(a_form, submission, variables=None, files=None, now=NOW, time_zone=ZONE):
    """{path: English sentence} of a refused submission; {} when it is taken."""
    try:
        check(a_form, submission, variables, files, now, time_zone)
    except forms.SubmissionInvalid as refused:
        return {path: str(sentence) for path, sentence in refused.errors.items()}
    return {}


def answer(component, value, **more):
    """What the single field `a` comes to."""
    return check(form({"key": "a", "label": "A", **component}), {"a": value}, **more)["a"]


def refusal(component, value, **more):
    """The sentence that refuses this answer of the single field `a`, or None."""
    return errors(form({"key": "a", "label": "A", **component}), {"a": value}, **more).get("a")


def text(key, **more):
    return {"type": "textfield", "key": key, "label": key, **more}


def number(key, **more):
    return {"type": "number", "key": key, "label": key, **more}


def tick(key, **more):
    return {"type": "checkbox", "key": key, "label": key, **more}


def computed(key, expression, **more):
    return {"type": "expression", "key": key, "expression": expression, **more}


def rows(path, *components, **more):
    return {"type": "dynamiclist", "path": path, "label": path, "components": list(components), **more}


def group(*components, **more):
    return {"type": "group", "components": list(components), **more}
