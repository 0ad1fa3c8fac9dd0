"""A palm that comes over the network, in H.264, is still that palm (synthetic hands)."""

import av
import numpy as np
import pytest

from thenar.capture import acquire
from thenar.matching import NumpyMatcher
from thenar.records import Band, Hand
from thenar.signature import BlockCode
from thenar.synthetic import Person, render
from thenar_camera.halves import Half
from thenar_camera.paired import PairedCamera, PairedSettings
from thenar_camera.rtsp import RtspCamera, RtspSettings

from .peer import rtsp_server

PALM, STRANGER = Person(7).palm(Hand.RIGHT), Person(8).palm(Hand.RIGHT)


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """Two seconds of one hovering hand, a film a band."""
    paths, taken = {}, render(PALM, sample=2)
    for band in (Band.RGB, Band.NIR):
        pixels = taken.band(band).pixels
        colour = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
        paths[band] = str(tmp_path_factory.mktemp("hand") / f"{band}.mp4")
        with av.open(paths[band], "w") as made:
            plain = {"bf": "0", "x264-params": "sliced-threads=0:slices=1"}
            stream = made.add_stream("libx264", rate=30, options=plain)
            stream.height, stream.width = pixels.shape[:2]
            stream.pix_fmt, stream.gop_size = "yuv420p", 30
            for _ in range(60):
                made.mux(stream.encode(av.VideoFrame.from_ndarray(colour, format="rgb24")))
            made.mux(stream.encode())
    return paths


def rates(frames):
    """False-match rates with a reference of the same palm, and with a stranger's."""
    blocks, matcher = BlockCode(), NumpyMatcher()
    probe = blocks.probe([acquire(frames)])
    return [
        matcher.compare(probe, blocks.make([acquire(render(one, sample=1))]))
        for one in (PALM, STRANGER)
    ]


def first(camera):
    source = camera.open()
    try:
        return source.read(60.0)
    finally:
        source.close()


def test_a_palm_in_colour(films):
    with rtsp_server(film=[films[Band.RGB]]) as peer:
        mated, other = rates(first(RtspCamera(RtspSettings(url=peer.url))))
    assert mated < 1e-4
    assert other > 1e-2


def test_a_palm_before_a_pair_of_cameras(films):
    with (
        rtsp_server(film=[films[Band.RGB]]) as rgb,
        rtsp_server(film=[films[Band.NIR]]) as nir,
    ):
        halves = [Half(rtsp=RtspSettings(url=one.url)) for one in (rgb, nir)]
        frames = first(PairedCamera(PairedSettings(rgb=halves[0], nir=halves[1])))
    assert frames.primary.band is Band.NIR
    mated, other = rates(frames)
    assert mated < 1e-4
    assert other > 1e-2
