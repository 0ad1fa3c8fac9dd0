"""IP cameras that stream by RTSP."""

from __future__ import annotations

from enum import StrEnum

import attrs

from thenar_camera.latest import LatestFrames
from thenar_camera.limits import RTSP_DELAY_SECONDS
from thenar_camera.network import NetworkSettings, NetworkStream


class Transport(StrEnum):
    """How the packets of a stream travel."""

    TCP = "tcp"
    UDP = "udp"


@attrs.frozen(kw_only=True)
class RtspSettings(NetworkSettings):
    """Settings of a camera with RTSP (RFC 2326, RFC 7826).

    Attributes:
        url: its address, without user and password: ``rtsp://HOST/PATH``, or ``rtsps``.
        user: by which the camera knows this program.
        password: of that user.
        band: the light it sees: rgb, grey or nir.
        ca_file: certificates to trust, for ``rtsps``; empty: the system's.
        transport: ``tcp`` loses nothing and comes through firewalls; ``udp`` is not held up
            by a lost packet, and leaves out the frame instead.
    """

    SCHEMES = ("rtsp", "rtsps")
    transport: Transport = attrs.field(default=Transport.TCP, converter=Transport)


class RtspCamera:
    """A camera with RTSP."""

    def __init__(self, settings: RtspSettings) -> None:
        self._settings = settings

    def open(self) -> LatestFrames:
        """Start the stream.

        Raises:
            CameraUnavailable: it does not answer, wants another user, has no such stream,
                sends no video, or PyAV is not installed.
        """
        return self.source().open()

    def source(self) -> LatestFrames:
        """What :meth:`open` opens."""
        settings = self._settings
        name = f"Camera {settings.url}"
        options = {
            "rtsp_transport": settings.transport.value,
            "allowed_media_types": "video",
            "flags": "low_delay",
            "fpsprobesize": "0",  # opens on the first picture, not after half a second of them
            "max_delay": str(int(1e6 * RTSP_DELAY_SECONDS)),
        }
        loses = settings.transport is Transport.UDP
        return LatestFrames(
            lambda: NetworkStream(settings, options, "rtsp", name, loses=loses), name, returns=True
        )
