"""A typed client of the secure service.

::

    identity = activate("https://palm.example", code)
    identity.save(Path("device.json"))
    with DeviceClient("https://palm.example", identity) as cloud:
        answer = cloud.identify(crops, purpose=Purpose.PAY)
        if answer.assertion:
            cloud.pay(answer.assertion, Money(450, "EUR"), idempotency_key=key)
"""

from thenar.client.admin import AdminClient
from thenar.client.device import DeviceClient, activate
from thenar.client.identity import DeviceIdentity

__all__ = ["AdminClient", "DeviceClient", "DeviceIdentity", "activate"]
