"""A key that the application trusts, and a client that nobody is signed in with."""

import pytest

from tests.mail.hooks.signing import Signer


@pytest.fixture(scope="session")
def signer():
    return Signer()


@pytest.fixture
def trusted(app, signer, monkeypatch):
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", signer.public)
    return signer


@pytest.fixture
def client(app):
    return app.test_client()
