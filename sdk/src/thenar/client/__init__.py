"""A typed client of the secure service.

::

    identity = activate("https://palm.example", code)
    identity.save(Path("device.json"))
    with DeviceClient("https://palm.example", identity) as cloud:
        answer = cloud.identify(crops, purpose=Purpose.PAY)
        if answer.assertion:
            cloud.pay(answer.assertion, Money(450, "EUR"), idempotency_key=key)

Each client has an asynchronous twin with the same methods, to be awaited.
"""

from thenar.client.admin import AdminClient, AsyncAdminClient
from thenar.client.device import AsyncDeviceClient, DeviceClient, activate, activate_async
from thenar.client.identity import DeviceIdentity

__all__ = [
    "AdminClient",
    "AsyncAdminClient",
    "AsyncDeviceClient",
    "DeviceClient",
    "DeviceIdentity",
    "activate",
    "activate_async",
]
