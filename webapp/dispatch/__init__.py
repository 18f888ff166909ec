"""The dispatch board: who goes where and when, by person and crew; visits are moved here within the rules of the records."""

from flask import Blueprint

blueprint = Blueprint("dispatch", __name__, url_prefix="/dispatch")

from webapp.dispatch import views  # noqa: E402, F401  (it fills the blueprint)
