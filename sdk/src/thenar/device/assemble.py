"""From the settings to a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable

from thenar.client import DeviceClient, DeviceIdentity
from thenar.device.display import Display
from thenar.device.settings import DeviceSettings, private_folder
from thenar.device.terminal import Terminal, TerminalDoor
from thenar.parameters import DEVICE
from thenar.registry import Registry


def assemble(
    registry: Registry,
    settings: DeviceSettings,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Terminal:
    """Open the camera and put together what the settings name.

    Args:
        registry: with the plugins loaded.
        settings: the table ``[device]``.
        clock: seconds, for the customer's patience.

    Raises:
        KeyUnavailable: the device is not activated.
        CameraUnavailable: the camera does not open.
        PluginError: something that the settings name is not there.
    """
    drivers = registry.settings.drivers
    state = private_folder(settings.folder)
    identity = DeviceIdentity.load(settings.identity_file)
    doors = registry.settings.doors
    return Terminal(
        source=registry.driver("camera").open(),
        cloud=DeviceClient(settings.cloud, identity, timeout=DEVICE.cloud_wait),
        checks=tuple(registry.all_of("liveness").values()),
        state=state,
        display=Display(),
        card_reader=registry.driver("card_reader") if drivers.card_reader else None,
        payment=registry.driver("payment") if drivers.payment else None,
        doors={
            name: TerminalDoor(name, provider, registry.door(name))
            for name, provider in doors.items()
        },
        camera=drivers.camera or "",
        clock=clock,
    )
