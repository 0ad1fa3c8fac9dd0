"""Cameras for Thenar: USB cameras, video files and image folders."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Camera
from thenar.records import Provider
from thenar_camera.images import ImagesCamera, ImagesSettings
from thenar_camera.uvc import UvcCamera, UvcSettings
from thenar_camera.video import VideoCamera, VideoSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_cameras() -> Sequence[Provider[Camera]]:
    """The cameras of this package."""
    return [
        Provider("uvc", make=UvcCamera, settings=UvcSettings, summary="USB cameras, by number"),
        Provider("video", make=VideoCamera, settings=VideoSettings, summary="a video file"),
        Provider("images", make=ImagesCamera, settings=ImagesSettings, summary="a folder"),
    ]
