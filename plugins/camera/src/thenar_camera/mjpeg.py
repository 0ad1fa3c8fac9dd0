"""Cameras that show JPEG pictures over HTTP, one after another."""

from __future__ import annotations

import attrs

from thenar_camera.latest import LatestFrames
from thenar_camera.network import NetworkSettings, NetworkStream


@attrs.frozen(kw_only=True)
class MjpegSettings(NetworkSettings):
    """Settings of a camera with MJPEG over HTTP (``multipart/x-mixed-replace``).

    Attributes:
        url: its address, without user and password: ``http://HOST/PATH``, or ``https``.
        user: by which the camera knows this program.
        password: of that user.
        band: the light it sees: rgb, grey or nir.
        ca_file: certificates to trust, for ``https``; empty: the system's.
    """

    SCHEMES = ("http", "https")


class MjpegCamera:
    """A camera with MJPEG over HTTP."""

    def __init__(self, settings: MjpegSettings) -> None:
        self._settings = settings

    def open(self) -> LatestFrames:
        """Start the stream.

        Raises:
            CameraUnavailable: it does not answer, wants another user, has no such stream,
                sends no MJPEG, or PyAV is not installed.
        """
        return self.source().open()

    def source(self) -> LatestFrames:
        """What :meth:`open` opens."""
        settings = self._settings
        name = f"Camera {settings.url}"
        options = {"flags": "low_delay", "fpsprobesize": "0"}
        return LatestFrames(
            lambda: NetworkStream(settings, options, "mpjpeg", name), name, returns=True
        )
