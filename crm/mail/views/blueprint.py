"""The blueprint that all pages and doors of mail share."""

from flask import Blueprint

bp = Blueprint("mail", __name__)
SETTINGS = "/settings/mail"
