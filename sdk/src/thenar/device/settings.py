"""The table ``[device]`` of the settings."""

from __future__ import annotations

from pathlib import Path

import attrs


@attrs.frozen
class DeviceSettings:
    """How a terminal runs.

    Attributes:
        cloud: URL of the secure service.
        folder: where the terminal keeps its key and what waits for the service; made
            readable by its owner alone.
        kiosk_host: address on which the customer's page is served; it is for a browser
            on this machine.
        kiosk_port: port of the page; 0 takes a free one.
        language: of the page, until a customer chooses another: ``"en"`` or ``"es"``.
        door: name of a door to watch all the time; empty: wait for the page and the till.
        door_takes: what opens that door, ``"enter"`` (a ticket) or ``"badge"``.
        consent: name and version of the words that a person agrees to at enrolment.
        currency: ISO 4217 code of amounts that the till sends without one.
    """

    cloud: str = "http://127.0.0.1:8750"
    folder: Path = Path("thenar-device")
    kiosk_host: str = "127.0.0.1"
    kiosk_port: int = attrs.field(default=8751, validator=attrs.validators.in_(range(65536)))
    language: str = attrs.field(default="en", validator=attrs.validators.in_(("en", "es")))
    door: str = ""
    door_takes: str = attrs.field(
        default="enter", validator=attrs.validators.in_(("enter", "badge"))
    )
    consent: str = "terms 1 en"
    currency: str = "EUR"

    @property
    def identity_file(self) -> Path:
        """The terminal's key and what its activation said."""
        return self.folder / "device.json"


def private_folder(path: Path) -> Path:
    """The folder, made where it is missing and closed to everybody but its owner."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path
