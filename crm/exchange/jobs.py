"""Imports and exports run by the worker. What carries them out is loaded when one is wanted: 3 MB less of a worker that sends campaigns."""
# ruff: noqa: PLC0415

from crm.core import scope as scopes
from crm.core.jobs import job


@job("exchange.plan_import", long=True)
def plan_import(*, scope: scopes.Scope, import_id: int) -> None:
    from crm.exchange import permits, running

    if permits.is_still_permitted(import_id, scope):
        running.carry_out(import_id, scope=scope, is_dry=True)


@job("exchange.run_import", long=True)
def run_import(*, scope: scopes.Scope, import_id: int) -> None:
    from crm.exchange import permits, running

    if permits.is_still_permitted(import_id, scope):
        running.carry_out(import_id, scope=scope, is_dry=False)


@job("exchange.undo_import", long=True)
def undo_import(*, scope: scopes.Scope, import_id: int) -> None:
    from crm.exchange import permits, undoing

    if permits.is_still_permitted(import_id, scope):
        undoing.carry_out(import_id, scope=scope)


@job("exchange.export_stakeholders", long=True)
def export_stakeholders(*, scope: scopes.Scope, export_id: int) -> None:
    from crm.exchange import exports

    exports.carry_out(export_id, scope=scope)


@job("exchange.expire_exports", minute="23")
def expire_exports() -> None:
    from crm.exchange import exports

    exports.expire()


@job("exchange.sweep_files", minute="53")
def sweep_files() -> None:
    from crm.exchange import sweeping

    sweeping.sweep()
