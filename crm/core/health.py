"""Is the process there, and can it serve: for proxies and monitors."""

import sqlalchemy as sa
import structlog
from flask import Blueprint, Response, jsonify
from sqlalchemy import exc

from crm.core import clock, jobs, migrations, scope, transaction
from crm.core.access import public
from crm.core.db import db

bp = Blueprint("health", __name__)
log = structlog.get_logger(__name__)

OLDEST_JOB_SECONDS = 600


@bp.get("/healthz")
@public
def live() -> Response:
    """The process answers. Asks nothing of the database: a restart would not mend that."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Database, migrations and queue; no details for strangers beyond the three words."""
    checks = {"database": _database(), "migrations": False, "queue": False}
    if checks["database"]:
        checks["migrations"] = migrations.present() == migrations.newest()
        checks["queue"] = _queue()
    fine = all(checks.values())
    return jsonify({"ready": fine, **checks}), 200 if fine else 503


def _database() -> bool:
    try:
        return db.session.execute(sa.select(sa.literal(1))).scalar() == 1
    except exc.SQLAlchemyError:
        log.warning("database does not answer")
        transaction.abandon()
        return False


def _queue() -> bool:
    """No job waits longer than ten minutes: the worker is alive."""
    try:
        with scope.use(scope.system_scope("look at the queue")):
            oldest = jobs.oldest_waiting()
    except exc.SQLAlchemyError:
        transaction.abandon()
        return False
    return oldest is None or (clock.now() - oldest).total_seconds() < OLDEST_JOB_SECONDS
