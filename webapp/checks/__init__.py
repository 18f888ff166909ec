"""The check of the house and the evaluation of processes: plans, what was checked last, and the new diagram of a change."""

from flask import Blueprint

blueprint = Blueprint("checks", __name__)

from webapp.checks import evaluation_views, views  # noqa: E402, F401  (they fill the blueprint)
