"""The tables ``[camera.paired.rgb]`` and ``[camera.paired.nir]``: one camera each."""

from __future__ import annotations

import attrs

from thenar.errors import InvalidRecord
from thenar.records import Band
from thenar_camera.genicam import GenICamCamera, GenICamSettings
from thenar_camera.gige import GigECamera, GigESettings
from thenar_camera.latest import LatestFrames
from thenar_camera.mjpeg import MjpegCamera, MjpegSettings
from thenar_camera.rtsp import RtspCamera, RtspSettings
from thenar_camera.uvc import UvcCamera, UvcSettings
from thenar_camera.video import VideoCamera, VideoSettings

_KINDS = ("uvc", "rtsp", "mjpeg", "genicam", "gige", "video")


@attrs.frozen(kw_only=True)
class Half:
    """One camera of a pair: one table of these; its own ``band`` is not used.

    Attributes:
        uvc: a USB camera.
        rtsp: a camera with RTSP.
        mjpeg: a camera with MJPEG over HTTP.
        genicam: a camera with a GenTL producer.
        gige: a GigE Vision camera.
        video: a video file.
        delay: seconds by which its frames come later than they were taken.
    """

    uvc: UvcSettings | None = None
    rtsp: RtspSettings | None = None
    mjpeg: MjpegSettings | None = None
    genicam: GenICamSettings | None = None
    gige: GigESettings | None = None
    video: VideoSettings | None = None
    delay: float = attrs.field(default=0.0, validator=attrs.validators.ge(0))

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where there is none, or more than one."""
        named = [name for name in _KINDS if getattr(self, name) is not None]
        if len(named) != 1:
            raise InvalidRecord(
                f"expected exactly one of the tables {', '.join(_KINDS)}, "
                f"got {' and '.join(named) or 'none'}."
            )

    def source(self, band: Band) -> LatestFrames:
        """Its frames, as those of one band; not yet open."""
        if self.uvc is not None:
            return UvcCamera(attrs.evolve(self.uvc, band=band)).source()
        if self.rtsp is not None:
            return RtspCamera(attrs.evolve(self.rtsp, band=band)).source()
        if self.mjpeg is not None:
            return MjpegCamera(attrs.evolve(self.mjpeg, band=band)).source()
        if self.genicam is not None:
            return GenICamCamera(attrs.evolve(self.genicam, band=band)).source()
        if self.gige is not None:
            return GigECamera(attrs.evolve(self.gige, band=band)).source()
        assert self.video is not None  # noqa: S101 - one of them, see above
        return VideoCamera(attrs.evolve(self.video, band=band, every=False)).source()
