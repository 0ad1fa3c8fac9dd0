"""The settings file of the demonstration, for both programs."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import attrs


@attrs.frozen
class Places:
    """Where things lie in the demonstration's folder.

    Attributes:
        folder: temporary; everything is below it.
    """

    folder: Path

    def books(self, service: str) -> str:
        """SQLite file of a simulated service, shared by both programs."""
        return str(self.folder / f"simulated-{service}.sqlite")

    @property
    def cloud(self) -> Path:
        """Databases and keys of the secure service."""
        return self.folder / "cloud"

    @property
    def device(self) -> Path:
        """What the terminal keeps."""
        return self.folder / "device"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.folder / "thenar.toml"

    @property
    def log(self) -> Path:
        """What the secure service printed."""
        return self.folder / "cloud.log"


def write_settings(places: Places, *, url: str, camera: str) -> str:
    """Write the settings file; returns the administrator's key.

    Args:
        places: where things lie.
        url: of the secure service.
        camera: name of the camera driver, and for ``"uvc"`` its index, e.g. ``"uvc 0"``.
    """
    driver, _, index = camera.partition(" ")
    key = secrets.token_urlsafe(24)
    tables: dict[str, dict[str, object]] = {
        "plugins": {"enabled": ["thenar-camera"] if driver == "uvc" else []},
        "drivers": {
            "camera": driver,
            "card_reader": "demonstration",
            "payment": "simulated",
            "notifier": "simulated",
            "liveness": ["pattern", "colour", "bands"],
        },
        "payment.simulated": {"books": places.books("processor")},
        "loyalty.simulated": {"books": places.books("loyalty")},
        "notifier.simulated": {"books": places.books("notifier")},
        "doors.north": {"provider": "simulated-gate", "books": places.books("gate")},
        "doors.office": {"provider": "simulated-badge", "books": places.books("badges")},
        "cloud": {"folder": str(places.cloud), "issuer": url, "admin_key": key},
        "device": {"cloud": url, "folder": str(places.device), "kiosk_port": 0},
    }
    if index:
        tables["camera.uvc"] = {"index": int(index)}
    lines = []
    for table, values in tables.items():
        lines.append(f"[{table}]")
        # JSON's strings, numbers and arrays are TOML's too.
        lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        lines.append("")
    places.settings.touch(mode=0o600)
    places.settings.write_text("\n".join(lines), encoding="utf-8")
    return key
