"""Jobs that failed or wait, for administrators: what they were, when, why, and trying one again."""

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from crm.core import jobs
from crm.core.access import Permission, requires
from crm.core.pages import done, refuse, render

bp = Blueprint("jobs", __name__, url_prefix="/settings/jobs")


@bp.get("")
@requires(Permission.JOBS_READ)
def index() -> Response:
    """The kind of error only: its text may quote what belongs to somebody."""
    return render("jobs/index.html", rows=jobs.failed_and_waiting())


@bp.post("/<int:job_id>/retrial")
@requires(Permission.JOBS_READ)
def retrial(job_id: int) -> Response:
    if not jobs.is_in_scope(job_id):
        abort(404)
    if not jobs.try_again(job_id):
        return refuse(_("This job is not given up: it waits or runs."), "jobs.index")
    return done(_("The job will be tried again."), "jobs.index")
