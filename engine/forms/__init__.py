"""Forms: form-js JSON on the server. What a browser sends is checked here again, and only here becomes variables.

    form = forms.load(text)
    page_data = form.initial(variables, now=now, time_zone="Europe/Chisinau")
    values = form.check(submission, variables, now=now, time_zone="Europe/Chisinau", files=files)

The meaning is that of the browser's form-js-viewer 2.0; where we are stricter, the module says so.
"""

from .files import UploadedFile
from .form import EMPTY, Form, load
from .problems import FormRefused, Problem, SubmissionInvalid
from .sentences import Counted, Sentence
from .tree import Field

__all__ = [
    "EMPTY",
    "Counted",
    "Field",
    "Form",
    "FormRefused",
    "Problem",
    "Sentence",
    "SubmissionInvalid",
    "UploadedFile",
    "load",
]
