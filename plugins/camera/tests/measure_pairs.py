"""How many frames of two free-running cameras find a partner, by tolerance.

MJPEG by FFmpeg and RTSP by GStreamer, 30 frames/s each, on this machine; each run has another
phase. Run it from the checkout: ``.venv/bin/python plugins/camera/tests/measure_pairs.py``
"""

import sys
import threading
import time

import numpy as np
from peer import mjpeg_server, rtsp_server

from thenar.records import Band
from thenar_camera.mjpeg import MjpegCamera, MjpegSettings
from thenar_camera.pairing import Pairing
from thenar_camera.rtsp import RtspCamera, RtspSettings

SECONDS, RUNS = 8.0, 4
TOLERANCES = (0.005, 0.010, 0.017, 0.020, 0.025)


def taken(cameras):
    """All frames of both cameras, in the order they came."""
    frames, until = [], time.monotonic() + SECONDS

    def pump(camera):
        source = camera.open()
        while time.monotonic() < until:
            frames.append(source.read(5.0).primary)
        source.close()

    threads = [threading.Thread(target=pump, args=(camera,)) for camera in cameras]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(frames, key=lambda frame: frame.time)


def share(frames, tolerance):
    """Of the frames of the band with fewer, those that got a partner."""
    pairing = Pairing(tolerance)
    pairs = sum(pairing.add(frame) is not None for frame in frames)
    return pairs / min(sum(frame.band is band for frame in frames) for band in (Band.RGB, Band.NIR))


def main():
    with rtsp_server() as nir:
        for run in range(RUNS):
            with mjpeg_server() as rgb:
                cameras = (
                    MjpegCamera(MjpegSettings(url=rgb.url)),
                    RtspCamera(RtspSettings(url=nir.url, band="nir")),
                )
                frames = taken(cameras)
            steps = [
                np.diff([frame.time for frame in frames if frame.band is band]).std() * 1e3
                for band in (Band.RGB, Band.NIR)
            ]
            shares = "  ".join(f"{t * 1e3:.0f} ms: {share(frames, t):.0%}" for t in TOLERANCES)
            sys.stdout.write(f"run {run}: jitter {steps[0]:.1f} and {steps[1]:.1f} ms; {shares}\n")


if __name__ == "__main__":
    main()
