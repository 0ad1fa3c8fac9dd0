"""The network under both clients: httpx, blocking or asynchronous."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TypeVar

import httpx

from thenar.client._exchange import Exchange, Got, Sent
from thenar.errors import CloudUnreachable

T = TypeVar("T")


class Connection:
    """Connections to one secure service, kept open between requests.

    Args:
        url: of the service, e.g. ``"https://palm.example"``.
        timeout: seconds for connecting, and for each part of the answer.
        transport: for tests and proxies; None is plain HTTP(S).
    """

    def __init__(
        self, url: str, *, timeout: float, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, timeout=timeout, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def run(self, exchange: Exchange[T]) -> T:
        """Send what the exchange asks for until it has its answer.

        Raises:
            CloudUnreachable: no connection, or no answer in time.
            CloudRefused: the service said no.
        """
        sent = next(exchange)
        while True:
            try:
                reply = self._http.request(
                    sent.method, _target(sent), content=sent.content, headers=sent.headers
                )
            except httpx.TransportError as error:
                raise _unreachable(self.url, sent, error) from error
            try:
                sent = exchange.send(_got(reply))
            except StopIteration as done:
                answer: T = done.value
                return answer


class AsyncConnection:
    """The same, asynchronously."""

    def __init__(
        self, url: str, *, timeout: float, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.AsyncClient(base_url=self.url, timeout=timeout, transport=transport)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def run(self, exchange: Exchange[T]) -> T:
        """As :meth:`Connection.run`."""
        sent = next(exchange)
        while True:
            try:
                reply = await self._http.request(
                    sent.method, _target(sent), content=sent.content, headers=sent.headers
                )
            except httpx.TransportError as error:
                raise _unreachable(self.url, sent, error) from error
            try:
                sent = exchange.send(_got(reply))
            except StopIteration as done:
                answer: T = done.value
                return answer


class Blocking:
    """What blocking clients share: a connection, closed at the end of ``with``."""

    _connection: Connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()


class Awaiting:
    """What asynchronous clients share: a connection, closed at the end of ``async with``."""

    _connection: AsyncConnection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()


def _target(sent: Sent) -> str:
    return f"{sent.path}?{sent.query}" if sent.query else sent.path


def _got(reply: httpx.Response) -> Got:
    return Got(reply.status_code, reply.headers, reply.content)


def _unreachable(url: str, sent: Sent, error: httpx.TransportError) -> CloudUnreachable:
    return CloudUnreachable(
        f"{sent.method} {sent.path} at {url} got no answer: {type(error).__name__}.",
        remedy="check the network and the service's /v1/health.",
        request_id=sent.headers.get("x-request-id", ""),
    )
