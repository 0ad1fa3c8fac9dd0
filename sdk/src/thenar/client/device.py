"""The secure service as a device sees it."""

from __future__ import annotations

import httpx

from thenar.client._device import DeviceRequests, activation
from thenar.client._exchange import awaiting, blocking
from thenar.client._http import AsyncConnection, Awaiting, Blocking, Connection
from thenar.client.identity import DeviceIdentity

TIMEOUT = 15.0
"""Seconds for one request."""


def activate(
    url: str,
    code: str,
    *,
    timeout: float = TIMEOUT,
    transport: httpx.BaseTransport | None = None,
) -> DeviceIdentity:
    """Make this machine a device of the service.

    Args:
        url: of the service.
        code: the one-time activation code.
        timeout: seconds.
        transport: for tests and proxies.

    Raises:
        CloudUnreachable: no connection, or no answer in time.
        CloudRefused: the code is wrong, used, or out of date.
    """
    connection = Connection(url, timeout=timeout, transport=transport)
    try:
        return connection.run(activation(code))
    finally:
        connection.close()


async def activate_async(
    url: str,
    code: str,
    *,
    timeout: float = TIMEOUT,
    transport: httpx.AsyncBaseTransport | None = None,
) -> DeviceIdentity:
    """As :func:`activate`, to be awaited."""
    connection = AsyncConnection(url, timeout=timeout, transport=transport)
    try:
        return await connection.run(activation(code))
    finally:
        await connection.close()


class DeviceClient(Blocking):
    """Everything a device asks of the service; use it as a context manager.

    Every method raises :class:`~thenar.errors.CloudUnreachable` when there is no
    answer, and :class:`~thenar.errors.CloudRefused` (``problem`` names the kind)
    when the answer is no. A write takes an idempotency key: repeat it with the
    same key after CloudUnreachable, and it happens once.

    Args:
        url: of the service, e.g. ``"https://palm.example"``.
        identity: from :func:`activate`.
        timeout: seconds for one request.
        transport: for tests and proxies.
    """

    def __init__(
        self,
        url: str,
        identity: DeviceIdentity,
        *,
        timeout: float = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._requests = DeviceRequests(identity)
        self._connection = Connection(url, timeout=timeout, transport=transport)

    @property
    def identity(self) -> DeviceIdentity:
        """Who the device is; its key to seal to is replaced when the service has a newer one."""
        return self._requests.identity

    enrol = blocking(DeviceRequests.enrol)
    identify = blocking(DeviceRequests.identify)
    pay = blocking(DeviceRequests.pay)
    payment = blocking(DeviceRequests.payment)
    capture = blocking(DeviceRequests.capture)
    cancel = blocking(DeviceRequests.cancel)
    refund = blocking(DeviceRequests.refund)
    refundable = blocking(DeviceRequests.refundable)
    check_out = blocking(DeviceRequests.check_out)
    checkout = blocking(DeviceRequests.checkout)
    open_tab = blocking(DeviceRequests.open_tab)
    settle_tab = blocking(DeviceRequests.settle_tab)
    leave_tab = blocking(DeviceRequests.leave_tab)
    check_age = blocking(DeviceRequests.check_age)
    prefer_card = blocking(DeviceRequests.prefer_card)
    loyalty = blocking(DeviceRequests.loyalty)
    record_passage = blocking(DeviceRequests.record_passage)
    annul_passage = blocking(DeviceRequests.annul_passage)
    permit = blocking(DeviceRequests.permit)
    link = blocking(DeviceRequests.link)
    forget = blocking(DeviceRequests.forget)
    report = blocking(DeviceRequests.report)
    health = blocking(DeviceRequests.health)
    ready = blocking(DeviceRequests.ready)


class AsyncDeviceClient(Awaiting):
    """As :class:`DeviceClient`, with every method to be awaited.

    Args:
        url: of the service, e.g. ``"https://palm.example"``.
        identity: from :func:`activate_async`.
        timeout: seconds for one request.
        transport: for tests and proxies.
    """

    def __init__(
        self,
        url: str,
        identity: DeviceIdentity,
        *,
        timeout: float = TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._requests = DeviceRequests(identity)
        self._connection = AsyncConnection(url, timeout=timeout, transport=transport)

    @property
    def identity(self) -> DeviceIdentity:
        """Who the device is; its key to seal to is replaced when the service has a newer one."""
        return self._requests.identity

    enrol = awaiting(DeviceRequests.enrol)
    identify = awaiting(DeviceRequests.identify)
    pay = awaiting(DeviceRequests.pay)
    payment = awaiting(DeviceRequests.payment)
    capture = awaiting(DeviceRequests.capture)
    cancel = awaiting(DeviceRequests.cancel)
    refund = awaiting(DeviceRequests.refund)
    refundable = awaiting(DeviceRequests.refundable)
    check_out = awaiting(DeviceRequests.check_out)
    checkout = awaiting(DeviceRequests.checkout)
    open_tab = awaiting(DeviceRequests.open_tab)
    settle_tab = awaiting(DeviceRequests.settle_tab)
    leave_tab = awaiting(DeviceRequests.leave_tab)
    check_age = awaiting(DeviceRequests.check_age)
    prefer_card = awaiting(DeviceRequests.prefer_card)
    loyalty = awaiting(DeviceRequests.loyalty)
    record_passage = awaiting(DeviceRequests.record_passage)
    annul_passage = awaiting(DeviceRequests.annul_passage)
    permit = awaiting(DeviceRequests.permit)
    link = awaiting(DeviceRequests.link)
    forget = awaiting(DeviceRequests.forget)
    report = awaiting(DeviceRequests.report)
    health = awaiting(DeviceRequests.health)
    ready = awaiting(DeviceRequests.ready)
