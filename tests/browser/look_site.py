"""A small site that shows the base pages and answers their autosave as told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from flask import Flask, Response, render_template_string, request
from werkzeug.serving import make_server

PAGE = """{% extends "layout/narrow.html" %}{% import "layout/forms.html" as forms %}
{% block title %}Sample{% endblock %}
{% block main %}<h1>Sample</h1>{{ forms.save_state(form="sample") }}
{{ forms.error_summary([("samples", "Say how many")]) if wrong }}
{% call forms.form(action="/form", id="sample", autosave="/save?visit=" ~ visit, version=version) %}
{{ forms.text_input("samples", "Samples", "300") }}
{{ forms.text_area("method", "Method", "As it was.", words=5) }}
{% call forms.frame("kind", "Kind", group=true) -%}
{{ forms.choices("kind", "kind", [{"data": "a", "label": "A"}, {"data": "b", "label": "B"}]) }}
{%- endcall %}
{{ forms.lines("budget", "Budget", [{"code": "amount", "label": "Amount", "kind": "money"}],
               [{"amount": "100"}, {"amount": "20.50"}], currency="EUR", total=true) }}
{{ forms.marks("validity", "Validity", [{"value": 1, "anchor": "Not at all."},
                                         {"value": 2, "anchor": "Fully."}]) }}
{{ forms.button("Save and next", next=true) }}
{% endcall %}{% endblock %}"""


class LookSite:
    """What the page shows and what the server answers; `posts` keeps what came."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.gate = Event()
        self.visit = 0
        self.start_afresh()

    def start_afresh(self) -> None:
        """Forget all. A page of an earlier visit may still be saving while it closes."""
        self.visit += 1
        self.version = 7
        self.is_wrong = False
        self.answer: tuple[dict[str, Any], int] | None = None
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.gate.set()

    def respond(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer /, /save and /form here; leave the rest to the application."""
        path = environ["PATH_INFO"]
        if path not in ("/sample", "/save", "/form"):
            return self.app.wsgi_app(environ, start_response)
        with self.app.request_context(environ):
            answer = self.show() if path == "/sample" else self.take(path)
            return self.app.process_response(answer)(environ, start_response)

    def show(self) -> Response:
        """The page, in its present version."""
        return Response(
            render_template_string(
                PAGE, version=self.version, wrong=self.is_wrong, visit=self.visit
            ),
            mimetype="text/html",
        )

    def take(self, path: str) -> Response:
        """Keep what was posted; answer an autosave with `answer`, or as saved."""
        if path == "/save" and request.args["visit"] != str(self.visit):
            return Response("{}", 500, mimetype="application/json")
        self.posts.append((path, request.form.to_dict()))
        self.gate.wait(10)
        if path == "/form":
            return self.show()
        if self.answer is not None:
            body, status = self.answer
            return Response(json.dumps(body), status, mimetype="application/json")
        self.version += 1
        saved = {"saved_at": "2026-11-23T11:03:00+00:00", "version": self.version, "problems": []}
        return Response(json.dumps(saved), mimetype="application/json")


@contextmanager
def running_look_site(app: Flask) -> Iterator[tuple[LookSite, str]]:
    """Serve the site on loopback; give it and its address."""
    site = LookSite(app)
    server = make_server("127.0.0.1", 0, site.respond, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site, f"http://127.0.0.1:{server.server_port}"
    finally:
        site.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
