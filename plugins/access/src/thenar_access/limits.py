"""Every number that was chosen, with its unit and why.

The host gives a door five seconds for each call. What asks and what opens must be done
before: a call that the host gave up on could still open the door.
"""

from __future__ import annotations

REMEMBERED = 1024
"""Requests: a busy gate's half hour, so that a repeated request does not act twice."""

CONNECT_SECONDS = 1.0
"""A host on the site's own network answers at once, or is away."""

ANSWER_SECONDS = 2.0
"""For one answer of pretix, a panel or a turnstile; two of them fit into the host's five."""

MODBUS_SECONDS = 0.5
"""For one exchange with a controller; a release takes up to six."""

REDEEMED_LATE_SECONDS = 60.0
"""How long an unanswered redemption may still arrive at a slow pretix."""

SETTLE_SECONDS = 2.0
"""Between two attempts to take back a redemption that was not answered."""

MOMENT_SECONDS = 0.6
"""For the one before to be done with: people follow each other closely."""

POLL_SECONDS = 0.02
"""Between two looks at Modbus inputs: a tripod's arm takes 300 ms to turn."""

KEEP_ALIVE_SECONDS = 5
"""MQTT: after one and a half of these the broker publishes the last will."""

BAUD = 9600
"""OSDP's default speed, bits/s."""

LATE_SECONDS = 0.4
"""A tripod's arm takes 300 ms: whoever has begun to turn it when the time is up will pass."""

TAILGATE_SECONDS = 1.0
"""A second rotation so soon after a passage is somebody who pressed through behind."""

HELD_SECONDS = 2.0
"""Beyond the longest release: an arm that is still free is held open, or broken."""

IDLE_POLL_SECONDS = 0.1
"""Between two looks while nobody is released: an arm turns for 300 ms."""

AWAY_SECONDS = 1.0
"""Between two attempts to reach a controller that is away."""

CLAIM_SECONDS = 0.05
"""Longer than a controller on the site's own network takes for two exchanges."""

EVACUATION_SECONDS = 0.25
"""Between two looks for the evacuation; a person walks half a metre."""

GROUP_SECONDS = 2.5
"""For finding a group's next ticket: with one more answer it is within the host's five."""

COMES_AGAIN_SECONDS = 6.0
"""Whoever was told no shows the palm again within this; until then nothing is taken back, so that
a slow server's work is not thrown away and asked for anew."""

SETTLED_SECONDS = 2.5
"""For settling a person's earlier try: with one more answer it is within the host's five."""

KEYSET_SECONDS = 0.5
"""For the answer to a panel that sets the key: at 9600 bits/s it takes 40 ms."""

WIRES_SECONDS = 0.1
"""Between two looks at the tamper contact and at mains power."""

PULSE_SECONDS = 50e-6
"""A Wiegand pulse: SIA AC-01 allows 20 to 100 µs."""

SPACE_SECONDS = 2e-3
"""Between two of them: 0.2 to 20 ms are allowed."""

LIGHT_SECONDS = 1.0
"""For a Wiegand panel to light the reader: panels take a few tenths of a second."""
