"""GStreamer's RTSP server with a test picture; run by the system's Python, which has its bindings.

Usage: rtsp_server.py PORT TRANSPORT LOST USER PASSWORD [FILM]

FILM is an MP4 file with H.264; without one the picture is a ball in JPEG.

LOST is the share of RTP packets that never leave. An empty USER lets everybody in. Says READY
once it listens.
"""

import random
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

port, transport, lost, user, password = sys.argv[1:6]
BALL = (
    "( videotestsrc is-live=true pattern=ball "
    "! video/x-raw,format=I420,width=320,height=240,framerate=30/1 "
    "! jpegenc ! rtpjpegpay name=pay0 pt=26 mtu=600 )"
)
FILM = "( filesrc location={} ! qtdemux ! rtph264pay name=pay0 pt=96 mtu=600 config-interval=-1 )"
PICTURE = FILM.format(sys.argv[6]) if len(sys.argv) > 6 else BALL
chance = random.Random(1)


def thin_out(pad, info):
    """Leave packets of a frame out, as a bad cable does."""
    packets = info.get_buffer_list()
    if packets is None:
        return Gst.PadProbeReturn.DROP if chance.random() < float(lost) else Gst.PadProbeReturn.OK
    kept = Gst.BufferList.new()
    for number in range(packets.length()):
        if chance.random() >= float(lost):
            kept.insert(-1, packets.get(number))
    if kept.length():
        pad.get_peer().chain_list(kept)
    return Gst.PadProbeReturn.DROP


def spoil(_factory, media):
    pay = media.get_element().get_by_name("pay0")
    both = Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST
    pay.get_static_pad("src").add_probe(both, thin_out)


Gst.init(None)
server = GstRtspServer.RTSPServer(service=port, address="127.0.0.1")
factory = GstRtspServer.RTSPMediaFactory(shared=True)
factory.set_launch(PICTURE)
if float(lost):
    factory.connect("media-configure", spoil)
factory.set_protocols(
    GstRtsp.RTSPLowerTrans.UDP if transport == "udp" else GstRtsp.RTSPLowerTrans.TCP
)
if user:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    factory.add_role_from_structure(
        Gst.Structure.new_from_string(
            "viewer, media.factory.access=true, media.factory.construct=true"
        )
    )
server.get_mount_points().add_factory("/palm", factory)
server.attach(None)
sys.stdout.write("READY\n")
sys.stdout.flush()
GLib.MainLoop().run()
