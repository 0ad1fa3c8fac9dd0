"""Enrol a palm with the secure service, and recognise it again.

    THENAR_ADMIN_KEY=... python enrol_and_identify.py http://127.0.0.1:8750

The service runs already (``thenar cloud serve``); the key is ``admin_key`` of its settings. The
palm is a synthetic one, so no camera is needed.
"""

import os
import sys
import uuid

from thenar.capture import acquire
from thenar.client import AdminClient, DeviceClient, activate
from thenar.messages import Consent, Purpose
from thenar.records import Hand, Link, LinkKind
from thenar.synthetic import Person, render


def main(url: str, admin_key: str) -> None:
    """Tenant, site, device, enrolment, identification."""
    with AdminClient(url, admin_key) as admin:
        tenant = admin.create_tenant("Corner shop")
        site = admin.create_site(tenant.tenant, "High street")
        code = admin.create_device(site.site, "Till 1").code

    identity = activate(url, code)  # keep it: identity.save(Path("device.json"))
    palm = Person(2026).palm(Hand.RIGHT)
    crops = [acquire(render(palm, sample)) for sample in range(3)]

    with DeviceClient(url, identity) as cloud:
        enrolled = cloud.enrol(
            {Hand.RIGHT: crops},
            consent=Consent(text="terms 1 en", purposes=(Purpose.LOYALTY,)),
            links=[Link(LinkKind.LOYALTY, "corner-shop", "M-1001")],
            idempotency_key=uuid.uuid4().hex,
        )
        again = cloud.identify([acquire(render(palm, 9))], purpose=Purpose.LOYALTY)

    print(f"enrolled   {enrolled.subject}")
    print(f"recognised {again.subject}, false-match rate {again.fmr:.1e}")
    assert again.subject == enrolled.subject


if __name__ == "__main__":
    if len(sys.argv) != 2 or "THENAR_ADMIN_KEY" not in os.environ:
        sys.exit(__doc__)
    main(sys.argv[1], os.environ["THENAR_ADMIN_KEY"])
