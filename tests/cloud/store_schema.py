"""Store a database of the newest schema, for later versions to migrate: run it once a revision.

.venv/bin/python tests/cloud/store_schema.py
"""

import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from conftest import Running
from thenar.client import AdminClient
from thenar.cloud.tables import Tables
from thenar.messages import Purpose, Scope
from thenar.records import Decision, Link, LinkKind, Money
from thenar.vault.schema import newest


def live(running):
    """A day in the life of a service: something in as many tables as can be."""
    device = running.tenant("retailer of the stored schema")
    with AdminClient(running.url, running.settings.admin_key) as admin:
        tenant = device.identity.tenant
        admin.create_api_key(tenant, "till system", [Scope.PEOPLE_READ])
        admin.create_webhook("http://127.0.0.1:9/", tenant=tenant)
        key = admin.create_api_key(tenant, "identity provider", [Scope.DIRECTORY_WRITE]).secret
    user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada"}
    bearer = {"authorization": f"Bearer {key}"}
    assert running.http().post("/scim/v2/Users", json=user, headers=bearer).is_success
    points = Link(LinkKind.LOYALTY, "simulated", "M-1", "points")
    device.enrol_person(1, running.card(), points, contact="ada@example.org")
    shown = device.show(1, Purpose.PAY)
    device.pay(shown.assertion, Money(500, "EUR"), idempotency_key="stored payment 1")
    device.record_passage(
        "gate", Decision(allow=False, reason="closed"), idempotency_key="stored passage 1"
    )
    contact = {"contact": "ada@example.org"}
    running.http().post(f"/portal/{device.identity.tenant}/code", data=contact)


def main():
    folder = Path(__file__).with_name("schemas") / newest(Tables)
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        running = Running(Path(temporary) / "cloud", webhooks_to_private=True)
        running.start()
        live(running)
        running.stop()
        for name in ("thenar", "person-keys"):
            file = running.settings.folder / f"{name}.sqlite"
            with closing(sqlite3.connect(file)) as connection:
                (folder / f"{name}.sql").write_text("\n".join(connection.iterdump()) + "\n")
        shutil.copy(running.settings.key_file, folder)
        (folder / "keys.json").chmod(0o644)


if __name__ == "__main__":
    main()
