"""Structured logs: one JSON line per request and per error, each with the request's id."""

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

logger = logging.getLogger("fundapp")


class JsonFormatter(logging.Formatter):
    """A log record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time, level, message, then what was passed as `extra={"facts": ..}`."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def start_logging() -> None:
    """Send the product's log lines to standard error."""
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        logger.propagate = False


def log_requests(app: Flask) -> None:
    """Give each request an id and log it when it has been answered."""
    app.before_request(_start)
    app.after_request(_log)


def _start() -> None:
    g.request_id = secrets.token_hex(6)
    g.started = time.perf_counter()


def _log(response: Response) -> Response:
    if request.endpoint != "static":
        facts = {
            "request": g.get("request_id", ""),
            "method": request.method,
            "path": _path(),
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        }
        logger.info("request", extra={"facts": facts})
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _path() -> str:
    """Return the path without the token of a one-time link, which is a secret."""
    if request.url_rule is not None and "token" in (request.view_args or {}):
        return request.url_rule.rule
    return request.path
