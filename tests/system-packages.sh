#!/bin/sh
# What the tests need from outside Python: a browser, and the peers of access, cameras, payment
# and keys.
set -eu

has() { PATH="$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin" command -v "$1" >/dev/null 2>&1; }

wanted=""
has mosquitto || wanted="$wanted mosquitto"
has socat || wanted="$wanted socat"
has arv-fake-gv-camera-0.8 || wanted="$wanted aravis-tools"
# The peers of cameras are driven by the Python that has the bindings of GStreamer and Aravis.
bindings=missing
for python in /usr/bin/python3 /opt/homebrew/bin/python3 /usr/local/bin/python3; do
    if "$python" - <<'END' 2>/dev/null; then bindings=""; fi
import gi
gi.require_version("Aravis", "0.8")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst
Gst.init(None)
assert Gst.ElementFactory.find("rtpjpegpay") and Gst.ElementFactory.find("videotestsrc")
END
done
[ -z "$bindings" ] || wanted="$wanted python3-gi gir1.2-aravis-0.8 gir1.2-gst-rtsp-server-1.0 \
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good"
has npm || wanted="$wanted npm"
[ "$(uname)" != Linux ] || has strace || wanted="$wanted strace"
has softhsm2-util || wanted="$wanted softhsm2"
if [ "$(uname)" = Linux ]; then  # a virtual card reader, and what pyscard is built with
    has pcscd || wanted="$wanted pcscd"
    [ -e /usr/lib/pcsc/drivers/serial/libifdvpcd.so ] || wanted="$wanted vsmartcard-vpcd"
    has swig || wanted="$wanted swig"
    has cc || wanted="$wanted gcc libc6-dev"
    [ -e /usr/include/PCSC/winscard.h ] || wanted="$wanted libpcsclite-dev"
    python=.venv/bin/python
    [ -x "$python" ] || python=python3
    headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    [ -e "$headers/Python.h" ] || wanted="$wanted python3-dev"
fi
[ "$(uname)" != Linux ] || has systemd-analyze || wanted="$wanted systemd"
browser=""
for name in chromium chromium-browser google-chrome; do
    if has "$name"; then browser="$name"; fi
done
if [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; then browser=chrome; fi
[ -n "$browser" ] || wanted="$wanted chromium fonts-dejavu-core"
[ -n "$wanted" ] || exit 0

if has apt-get && [ "$(id -u)" = 0 ]; then
    echo "Installing for the tests:$wanted"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        $wanted >/dev/null
    exit 0
fi

echo "The tests need these, and they were not found:$wanted" >&2
echo "On Debian:  sudo apt-get install$wanted" >&2
echo "On Ubuntu:  the same, but Google Chrome instead of chromium (there a snap)" >&2
echo "On macOS:   brew install mosquitto socat node softhsm aravis gstreamer pygobject3; and Google Chrome" >&2
exit 1
