"""Every number that was chosen, with its unit and why.

The host gives a camera ten seconds to open; what opens one must be done before.
"""

from __future__ import annotations

OPEN_SECONDS = 9.0
"""For the whole of opening: the host's ten, less a second to say what was wrong."""

CONNECT_SECONDS = 5.0
"""For a network camera's answer and first picture; a second is usual."""

DRIVER_SECONDS = 6.5
"""For a driver to open its camera: Aravis takes 2.5 to learn that another program has it."""

FRAME_SECONDS = 3.0
"""Without a frame for so long, a camera that should stream is taken for lost."""

GIVEN_UP_SECONDS = 2.0
"""Lost for longer, it is unavailable and no more late; it is looked for all the same."""

FIRST_WAIT = 0.25
"""Seconds before a lost camera is looked for again: a cable that slipped."""

LONGEST_WAIT = 8.0
"""Waits double up to here: a camera that restarts takes half a minute."""

STEADY_SECONDS = 10.0
"""Having streamed for so long, a camera that is lost is looked for at once again."""

CLOSE_SECONDS = 2.0
"""For a device to be let go; one that hangs is left behind."""

PAIR_SECONDS = 0.020
"""Half a frame at 30 frames/s, and 3 ms for what networks add: with 4 to 13 ms of jitter 97 to
100 % of frames found their partner, and 95 to 99 % within half a frame (measure_pairs.py)."""

HALF_SECONDS = 0.5
"""Without a partner for so long, half of a pair is missing: fifteen frames, or a lost camera."""

BUFFERS = 4
"""Frames that a machine-vision driver may fill while one is handed over."""

POLL_SECONDS = 0.2
"""How soon a driver's process notices that it is to stop."""

HEADER_BYTES = 65_536
"""A header of a driver's process is some 100 bytes; more is not one."""

FRAME_BYTES = 256 * 1024 * 1024
"""A frame of 64 megapixels in colour and then some; more is not one."""

GAP_FRAMES = 15
"""Steps between frames whose median is the usual one: half a second."""

GAP_LEAST = 5
"""Steps that must be known before one is called a gap."""

GAP_JUMP = 5.0
"""Seconds: a longer gap in a camera's own times is a clock that was set."""

RTSP_DELAY_SECONDS = 0.1
"""How long a packet that overtook others waits for them, on UDP: three frames."""
