"""The network between terminal and service, with faults on demand."""

from __future__ import annotations

import httpx

from thenar.errors import CloudUnreachable
from thenar.testing.simulated import Faults


class FaultyNetwork(httpx.BaseTransport):
    """Real HTTP; planned faults befall calls named ``"cloud"``.

    Args:
        faults: the script.
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises httpx.ConnectTimeout: it, or its reply, was lost."""
        try:
            with self.faults.around("cloud", CloudUnreachable):
                reply = self._inner.handle_request(request)
                reply.read()
                return reply
        except CloudUnreachable as lost:
            raise httpx.ConnectTimeout(lost.message, request=request) from None

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()
