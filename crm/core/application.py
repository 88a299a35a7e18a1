"""What every process of ours makes: settings, database, languages, letters and jobs. The web server and commands add pages: crm/app.py."""

import itertools
from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Flask, Response, g, has_request_context
from werkzeug.routing import IntegerConverter, Map

import config
from crm.core import addresses, db, drawing, jinja, jobs, languages, logging, transaction


class Mitra(Flask):
    """Settles the transaction inside the reach of the error handlers: after_request would be too late for a failed commit."""

    jinja_environment = drawing.Environment

    @cached_property
    def addresses(self) -> addresses.Addresses:
        return addresses.Addresses(self)

    def url_for(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        endpoint: str,
        *,
        _anchor: Any = None,
        _method: Any = None,
        _scheme: Any = None,
        _external: Any = None,
        **values: Any,
    ) -> str:
        """Within a request and without any of Flask's own options from what is kept."""
        if not (_anchor or _method or _scheme or _external) and has_request_context():
            return self.addresses.find(endpoint, values)
        return super().url_for(endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values)

    def dispatch_request(self) -> Any:
        attempts = itertools.count()

        def work() -> Response:
            # Two copies of a form at once: the second waited for the first, and gets its answer now.
            seen = transaction.replay(g.get("viewer_id")) if next(attempts) else None
            response = seen or self.make_response(super(Mitra, self).dispatch_request())
            try:
                return transaction.settle(response)
            except BaseException:
                response.close()  # nobody gets it: a file that it was to hand out goes with it
                raise

        return transaction.retrying(work)

    def full_dispatch_request(self) -> Response:
        response = super().full_dispatch_request()
        transaction.run_survivors()
        return response

    def handle_user_exception(self, e: Exception) -> Any:
        transaction.abandon()
        return super().handle_user_exception(e)


class RowId(IntegerConverter):
    """`<int:...>` in an address: what no table can hold as an id leads to no page, instead of to an error of the driver.

    One record has one address: digits of other scripts are none.
    """

    regex = "[0-9]+"

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **{"max": 2**63 - 1, **options})


def narrow_addresses(addresses_of_app: Map) -> None:
    addresses_of_app.converters["int"] = RowId
    addresses_of_app.merge_slashes = False  # a redirect would be written from the Host of the request


def begin(settings: dict[str, Any] | None, choose_language: Callable[[], str]) -> Mitra:
    """The application as far as work needs it that nobody asks for by a request. `settings` overrides the environment."""
    app = Mitra("crm", template_folder=str(config.ROOT / "templates"), static_folder=None)
    narrow_addresses(app.url_map)
    app.config.from_mapping({**config.read(), **(settings or {})})
    config.refuse_wrong(app.config)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = db.engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    logging.set_up(app.config["LOG_LEVEL"])
    db.db.init_app(app)
    languages.init_app(app, str(config.ROOT / "crm" / "translations"), choose_language)
    jinja.init_app(app)
    jobs.set_up(app)
    return app
