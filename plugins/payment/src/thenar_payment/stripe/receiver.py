"""Where Stripe's webhooks arrive: verified, each once, and told to the secure service.

A WSGI application (PEP 3333) for whatever server stands at the edge, or on its own behind a
proxy that speaks https:

    python -m thenar_payment.stripe.receiver --service https://palm.example --port 8790

The signing secret is read from ``STRIPE_WEBHOOK_SECRET``, the API key of the service, which
needs the scope ``payments:settle`` alone, from ``THENAR_API_KEY``.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx

from thenar.errors import PaymentError
from thenar_payment.stripe.webhooks import Webhooks

_LONGEST = 1_000_000
"""Bytes of a webhook; Stripe's are some kilobytes."""
_KEY = re.compile(r"[0-9a-f]{32}")
_SECONDS = 10.0


class Receiver:
    """Accepts Stripe's webhooks and has the service settle the payments that they name.

    What is told is a hint: the service looks the payment up. Where the service does not
    answer, Stripe is told so, and sends the webhook again.

    Args:
        webhooks: verifies and drops repeated ones.
        service: URL of the secure service.
        api_key: of the tenant, with the scope ``payments:settle``.
    """

    def __init__(self, webhooks: Webhooks, service: str, api_key: str) -> None:
        self._webhooks = webhooks
        self._http = httpx.Client(
            base_url=service, headers={"Authorization": f"Bearer {api_key}"}, timeout=_SECONDS
        )

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        status = self._answered(environ)
        start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]

    def close(self) -> None:
        """Close the connections; closing twice is allowed."""
        self._http.close()

    def _answered(self, environ: Mapping[str, Any]) -> str:
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed"
        length = str(environ.get("CONTENT_LENGTH") or "0")
        if not length.isdigit() or int(length) > _LONGEST:
            return "413 Content Too Large"
        body = environ["wsgi.input"].read(int(length))
        signature = str(environ.get("HTTP_STRIPE_SIGNATURE", ""))
        try:
            event = self._webhooks.accept(body, signature)
        except PaymentError:
            return "400 Bad Request"
        if event is None:
            return "200 OK"  # it came before
        keys = [key for key in event.keys if _KEY.fullmatch(key)]
        if keys and not self._is_told(keys):
            self._webhooks.forget(event.id)
            return "503 Service Unavailable"
        return "200 OK"

    def _is_told(self, keys: Sequence[str]) -> bool:
        try:
            return self._http.post("/v1/settlements", json={"keys": keys}).is_success
        except httpx.HTTPError:
            return False


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """No address is logged."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="thenar_payment.stripe.receiver", description=__doc__)
    parser.add_argument("--service", required=True, help="URL of the secure service")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8790)
    asked = parser.parse_args(arguments)
    webhooks = Webhooks(os.environ["STRIPE_WEBHOOK_SECRET"])
    receiver = Receiver(webhooks, asked.service, os.environ["THENAR_API_KEY"])
    with make_server(asked.host, asked.port, receiver, handler_class=_Quiet) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
