"""`flask crm ...`: what the owner of the machine does from a terminal. Each module here lists its commands in COMMANDS."""

import importlib
import pkgutil

from flask import Flask
from flask.cli import AppGroup

crm_group = AppGroup("crm", help="Mitra: offices, accounts, data and the state of the installation.")


def register(app: Flask) -> None:
    """Add every command of this package to `flask crm`. A module is found by being here."""
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{__name__}.{found.name}")
        for command in getattr(module, "COMMANDS", ()):
            crm_group.add_command(command)
    app.cli.add_command(crm_group)
