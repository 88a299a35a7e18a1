"""The blueprint of the reports, in a module of its own so that pages and files can both hang on it."""

from flask import Blueprint

bp = Blueprint("reports", __name__, url_prefix="/reports")
