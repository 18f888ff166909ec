"""Reports: made from the records as they are, saved, exported, printed, deleted; and the step times of each process."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__)

from webapp.reports import order_views, saved_views, step_views, views  # noqa: E402, F401  (they fill the blueprint)
