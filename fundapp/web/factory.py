"""Builds the Flask application: settings, extensions, blueprints, wiring."""

import logging
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Config, config_from_environment
from fundapp.adapters.clock import Clock, SystemClock
from fundapp.adapters.database import engine_options, prepare_engine
from fundapp.adapters.files import store_for
from fundapp.adapters.mail import transport_for
from fundapp.adapters.passwords import Argon2Passwords
from fundapp.adapters.secrets import secret_key
from fundapp.extensions import csrf, db
from fundapp.web import access, compression, errors, headers, pages, transactions
from fundapp.web.blueprints import BLUEPRINTS
from fundapp.web.installation import Installation
from fundapp.web.logs import log_requests

LARGEST_TEXTS = 24_000_000
"""Bytes of text in one form beside its files. Fields refuse what is too long and show it again,
so the form itself takes two pastes of 10 MB. Without files it may be as long as with them: letters
that travel as several characters need the room."""


def build(config: Config | None = None, *, clock: Clock | None = None) -> Flask:
    """Return a ready application; see `fundapp.create_app`."""
    config = config or config_from_environment()
    config.data_folder.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "fundapp",
        root_path=str(Path(__file__).parent.parent),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_mapping(flask_settings(config))
    app.extensions["installation"] = Installation(
        config=config,
        clock=clock or SystemClock(),
        files=store_for(config.file_store, config.file_folder, endpoint=config.file_store_endpoint),
        mail=transport_for(config.smtp_url, config.mail_folder),
        passwords=_passwords(config),
    )
    _try_seal(app.extensions["installation"])
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logging.getLogger("fundapp").setLevel(config.log_level)
    csrf.init_app(app)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    log_requests(app)
    transactions.install(app)
    access.install(app)
    headers.install(app)
    compression.install(app)
    pages.install(app)
    errors.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def flask_settings(config: Config) -> dict[str, object]:
    """Translate our settings to Flask's.

    WTF_CSRF_TIME_LIMIT None: a form token lives as long as the session, so that a review
    written for hours can still be sent.
    """
    return {
        "SECRET_KEY": config.secret_key or secret_key(config.data_folder),
        "SQLALCHEMY_DATABASE_URI": config.effective_database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config.effective_database_url),
        "SESSION_COOKIE_NAME": "fundapp",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.is_secure,
        "PERMANENT_SESSION_LIFETIME": config.sign_in_days * 86400,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "MAX_CONTENT_LENGTH": config.largest_upload + LARGEST_TEXTS,
        "MAX_FORM_MEMORY_SIZE": LARGEST_TEXTS,
        "MAX_FORM_PARTS": 2_000,
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
        "TEMPLATES_AUTO_RELOAD": False,
        "TESTING": config.is_testing,
    }


def _try_seal(installation: Installation) -> None:
    """Tell of keys or a time-stamp service that cannot be used now, not at a release."""
    config = installation.config
    if config.seal_key_file or config.seal_pkcs11_module:
        _ = installation.seal_key
    if config.badge_key_file:
        _ = installation.badge_key
    _ = installation.time_stamper


def _passwords(config: Config) -> Argon2Passwords:
    """Hash as the library recommends; in tests so cheaply that it takes no time."""
    if config.is_testing:
        return Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Argon2Passwords()
