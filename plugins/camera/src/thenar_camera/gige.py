"""GigE Vision cameras through Aravis."""

from __future__ import annotations

import attrs

from thenar_camera.latest import LatestFrames
from thenar_camera.machine import MachineSettings
from thenar_camera.process import DriverProcess


@attrs.frozen(kw_only=True)
class GigESettings(MachineSettings):
    """Settings of a GigE Vision camera.

    Attributes:
        camera: which one: its address, its serial number or Aravis' name of it; empty:
            the first that answers on the network.
        band: the light it sees: rgb, grey or nir.
        pixel_format: GenICam's name, such as Mono8 or BayerRG8; empty: as the camera has it.
        exposure: microseconds; none: as the camera has it.
        automatic: let the camera choose the exposure, where it can.
        gain: in the camera's own unit, commonly dB; none: as the camera has it.
        fps: frames a second; none: as the camera has it.
        python: the interpreter for which the system has PyGObject.
    """

    python: str = attrs.field(default="/usr/bin/python3", validator=attrs.validators.min_len(1))


class GigECamera:
    """A GigE Vision camera."""

    def __init__(self, settings: GigESettings) -> None:
        self._settings = settings

    def open(self) -> LatestFrames:
        """Take control and start the stream.

        Raises:
            CameraUnavailable: no such camera, another program controls it, a setting that
                it does not take, or Aravis is not installed.
        """
        return self.source().open()

    def source(self) -> LatestFrames:
        """What :meth:`open` opens."""
        settings = self._settings
        name = f"GigE Vision camera {settings.camera}".rstrip()

        def start() -> DriverProcess:
            return DriverProcess(
                settings.python,
                "aravis",
                settings.wanted,
                name=name,
                band=settings.band,
                package="install Aravis and PyGObject for the interpreter that the setting "
                "'python' names; on Debian: apt-get install python3-gi gir1.2-aravis-0.8.",
            )

        return LatestFrames(start, name, returns=True)
