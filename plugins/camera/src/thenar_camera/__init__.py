"""Cameras for Thenar: USB, network and machine vision, pairs of them, and recordings."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Camera
from thenar.records import Provider
from thenar_camera.genicam import GenICamCamera, GenICamSettings
from thenar_camera.gige import GigECamera, GigESettings
from thenar_camera.images import ImagesCamera, ImagesSettings
from thenar_camera.mjpeg import MjpegCamera, MjpegSettings
from thenar_camera.paired import PairedCamera, PairedSettings
from thenar_camera.rtsp import RtspCamera, RtspSettings
from thenar_camera.uvc import UvcCamera, UvcSettings
from thenar_camera.video import VideoCamera, VideoSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_cameras() -> Sequence[Provider[Camera]]:
    """The cameras of this package."""
    return [
        Provider("uvc", make=UvcCamera, settings=UvcSettings, summary="USB cameras, by number"),
        Provider("rtsp", make=RtspCamera, settings=RtspSettings, summary="IP cameras with RTSP"),
        Provider("mjpeg", make=MjpegCamera, settings=MjpegSettings, summary="MJPEG over HTTP"),
        Provider(
            "genicam",
            make=GenICamCamera,
            settings=GenICamSettings,
            summary="machine-vision cameras, by their GenTL producer",
        ),
        Provider("gige", make=GigECamera, settings=GigESettings, summary="GigE Vision by Aravis"),
        Provider(
            "paired",
            make=PairedCamera,
            settings=PairedSettings,
            summary="one camera in colour and one in near infrared, at the same moments",
        ),
        Provider("video", make=VideoCamera, settings=VideoSettings, summary="a video file"),
        Provider("images", make=ImagesCamera, settings=ImagesSettings, summary="a folder"),
    ]
