"""GenICam cameras through Harvesters and the GenTL producer that comes with the camera."""

from __future__ import annotations

import sys

import attrs

from thenar_camera.latest import LatestFrames
from thenar_camera.machine import MachineSettings
from thenar_camera.process import DriverProcess


@attrs.frozen(kw_only=True)
class GenICamSettings(MachineSettings):
    """Settings of a GenICam camera.

    Attributes:
        producer: file of the maker's GenTL producer, ``*.cti``.
        camera: which one: its serial number, or the producer's name of it; empty: the first
            that the producer finds.
        band: the light it sees: rgb, grey or nir.
        pixel_format: GenICam's name, such as Mono8 or BayerRG8; empty: as the camera has it.
        exposure: microseconds; none: as the camera has it.
        automatic: let the camera choose the exposure, where it can.
        gain: in the camera's own unit, commonly dB; none: as the camera has it.
        fps: frames a second; none: as the camera has it.
    """

    producer: str = attrs.field(validator=attrs.validators.min_len(1))


class GenICamCamera:
    """A camera with a GenTL producer: USB3 Vision, GigE Vision, CoaXPress and others."""

    def __init__(self, settings: GenICamSettings) -> None:
        self._settings = settings

    def open(self) -> LatestFrames:
        """Open it and start acquisition.

        Raises:
            CameraUnavailable: no such producer or camera, in use, a setting that it does
                not take, or Harvesters is not installed.
        """
        return self.source().open()

    def source(self) -> LatestFrames:
        """What :meth:`open` opens."""
        settings = self._settings
        name = f"GenICam camera {settings.camera}".rstrip()

        def start() -> DriverProcess:
            return DriverProcess(
                sys.executable,
                "harvest",
                {"producer": settings.producer, **settings.wanted},
                name=name,
                band=settings.band,
                package="pip install 'thenar-camera[genicam]'.",
            )

        return LatestFrames(start, name, returns=True)
