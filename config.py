"""Settings of an installation, read from the environment. Imports nothing of fundapp.

Every setting has a default that works on a laptop. The names here are the names of the
environment variables with the prefix FUNDAPP_, e.g. FUNDAPP_DATABASE_URL.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Config:
    """One installation.

    database_url: SQLAlchemy address; the default is SQLite under `data_folder`.
    secret_key: signs cookies and links; made and kept under `data_folder` when unset.
    smtp_url: "" = write .eml files to `data_folder`/mail; else
    smtp://user:password@host:port (or smtps://, or smtp+starttls://).
    mails_per_minute: how many mails of rounds an SMTP server gets at most, from all workers
    together; 0 = as many as it takes. Passwords and confirmations do not wait for it.
    file_store: "" = `data_folder`/files; else s3://bucket/prefix, a private bucket for
    attachments and documents. Credentials and region come from the variables that boto3
    knows (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION).
    file_store_endpoint: the address of the bucket's server; "" = Amazon.
    seal_key_file: PEM file with the private key and the certificate that seal documents; "" = a
    key that proves nothing, made under `data_folder` for trying out. seal_passphrase: of that key.
    badge_key_file: PEM file with the RSA key that signs badges; "" = one made under `data_folder`.
    seal_pkcs11_module: the library (.so) of a token that holds the key instead; then
    seal_pkcs11_token and seal_pkcs11_key are the labels of the token and of the key in it,
    seal_passphrase is the PIN, and seal_key_file may name a PEM file with the certificate.
    timestamp_url: a service of time stamps (RFC 3161) for the seals; "" = none.
    """

    data_folder: Path = ROOT / "var" / "live"
    database_url: str = ""
    secret_key: str = ""
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    mails_per_minute: int = 60
    file_store: str = ""
    file_store_endpoint: str = ""
    seal_key_file: str = ""
    seal_passphrase: str = ""
    badge_key_file: str = ""
    seal_pkcs11_module: str = ""
    seal_pkcs11_token: str = ""
    seal_pkcs11_key: str = ""
    timestamp_url: str = ""
    mail_from: str = "fund@example.org"
    fund_name: str = "Common Measure Fund"
    fund_tagline: str = "Several funders, one measure"
    fund_address: str = "Common Measure Fund, 1 Sample Square, Port Ruritania"
    fund_mail: str = "fund@example.org"
    reference_prefix: str = "EVF"
    log_level: str = "INFO"
    is_testing: bool = False
    is_secure: bool = False
    sign_in_days: int = 14
    largest_upload: int = 20_000_000
    trusted_proxies: int = 0

    @property
    def effective_database_url(self) -> str:
        """The given database, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_folder / 'fundapp.sqlite3'}"

    @property
    def file_folder(self) -> Path:
        """Where attachments and documents live."""
        return self.data_folder / "files"

    @property
    def mail_folder(self) -> Path:
        """Where .eml files go when there is no SMTP server."""
        return self.data_folder / "mail"


def config_from_environment(environment: Mapping[str, str] = os.environ) -> Config:
    """Read FUNDAPP_* variables over the defaults; raise ValueError naming a bad one."""
    changes: dict[str, object] = {}
    for setting in fields(Config):
        text = environment.get(f"FUNDAPP_{setting.name.upper()}")
        if text is not None:
            changes[setting.name] = _parse(setting.name, text, setting.default)
    return replace(Config(), **changes)  # type: ignore[arg-type]


def _parse(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"0", "1", "false", "true", "no", "yes"}:
            raise ValueError(f"FUNDAPP_{name.upper()} is {text!r}; use 1 or 0")
        return text.lower() in {"1", "true", "yes"}
    if isinstance(default, int):
        if not text.isdigit():
            raise ValueError(f"FUNDAPP_{name.upper()} is {text!r}; use a whole number")
        return int(text)
    return Path(text) if isinstance(default, Path) else text
