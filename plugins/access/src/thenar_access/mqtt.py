"""Turnstiles on an MQTT broker (MQTT 5).

Under the turnstile's topic:

======== ============== ======== ========================================================
suffix   from           retained what
======== ============== ======== ========================================================
state    the turnstile  yes      ``ready``; ``busy``: released, by this gate or another;
                                 ``held open``; ``fire``; anything else: not usable. Its
                                 last will should be ``away``
open     the gate       no       ``{"request": ID}``: release for one person; expires in
                                 the broker, so that no turnstile opens late
cancel   the gate       no       ``{"request": ID}``: lock again, or do not open
opened   the turnstile  no       ``{"request": ID}``: it is released
outcome  the turnstile  no       ``{"request": ID, "outcome": WORD}``; WORD is one of
                                 :class:`~thenar_access.roles.Outcome`; ID is empty where
                                 nobody was released
hold     the gate       yes      ``open`` during an evacuation, else ``no``
gate     the gate       yes      ``online`` or, by its last will, ``away``, each with the
                                 fire policy, e.g. ``away; fail closed``
======== ============== ======== ========================================================
"""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from contextlib import suppress
from typing import Any

import attrs
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from thenar.errors import DoorError
from thenar.records import OfflinePolicy
from thenar_access.limits import ANSWER_SECONDS, KEEP_ALIVE_SECONDS, MOMENT_SECONDS, POLL_SECONDS
from thenar_access.release import Release
from thenar_access.roles import Outcome, Report, State

_log = logging.getLogger("thenar.access")


@attrs.frozen
class MqttSettings:
    """The table ``[doors.NAME.opens.mqtt]``.

    Attributes:
        host: of the broker.
        topic: of the turnstile, e.g. ``"stadium/north/3"``.
        port: of the broker; 8883 is usual with TLS.
        ca: file of the certificates that the broker's must be signed by; with it the
            connection uses TLS.
        username: at the broker; its ACL should allow this turnstile's topic alone.
        password: at the broker.
        passage_seconds: how long the turnstile stays released, > 0.
    """

    host: str
    topic: str = attrs.field(validator=attrs.validators.matches_re(r"[^#+]*[^#+/]"))
    port: int = 1883
    ca: str | None = None
    username: str = ""
    password: str = attrs.field(default="", repr=False)
    passage_seconds: float = attrs.field(default=5.0, validator=attrs.validators.gt(0))


class MqttTurnstile:
    """An :class:`~thenar_access.roles.Opener` on MQTT; it reconnects by itself.

    Where several gates share a turnstile, it says ``busy`` while it is released, and confirms
    and reports to the one whose request it is.

    Args:
        settings: where it is.
        report: told what became of each release.
        policy: published with the gate's state and its last will.
    """

    without_power = "as the turnstile is built"

    def __init__(self, settings: MqttSettings, report: Report, policy: OfflinePolicy) -> None:
        self._topic = settings.topic
        self._report = report
        self._policy = policy
        self._release = Release(report, settings.passage_seconds)
        self._state = ""
        self._heard = threading.Condition()
        self._subscribed = False
        self._client = self._prepare(settings)
        self._client.connect_async(settings.host, settings.port, keepalive=KEEP_ALIVE_SECONDS)
        self._client.loop_start()

    def state(self) -> State:
        """What the turnstile says of itself. Raises DoorError: broker or turnstile away."""
        with self._heard:
            self._heard.wait_for(lambda: self._subscribed and bool(self._state), ANSWER_SECONDS / 2)
            until = time.monotonic() + MOMENT_SECONDS
            while (is_busy := self._is_busy) and time.monotonic() < until:
                self._heard.wait(POLL_SECONDS)
            subscribed, state = self._subscribed, self._state
        if not subscribed:
            raise DoorError("mqtt: the broker does not answer.")
        if state == State.FIRE:
            return State.FIRE
        if is_busy:
            return State.BUSY
        if state != State.READY:
            raise DoorError(f"mqtt: expected a turnstile that is ready, it says {state!r}.")
        return State.READY

    def open(self, request_id: str) -> None:
        """Publish one release and wait for its confirmation. Raises DoorError."""
        self._release.begin(request_id)
        self._publish("open", request_id)
        if not self._release.confirmed(ANSWER_SECONDS):
            self._release.abandon()
            self._publish("cancel", request_id)
            raise DoorError("mqtt: the turnstile did not confirm.", request_id=request_id)

    def hold(self, *, on: bool) -> None:
        """Say so, retained, and wait for the turnstile to say that it is. Raises DoorError."""
        self._client.publish(f"{self._topic}/hold", "open" if on else "no", qos=1, retain=True)
        with self._heard:
            if not self._heard.wait_for(lambda: (self._state == _HELD) is on, ANSWER_SECONDS):
                raise DoorError(f"mqtt: the turnstile says {self._state!r}.")

    def close(self) -> None:
        """Say so and disconnect; closing twice is allowed."""
        with suppress(RuntimeError):  # not connected any longer: the last will says it
            self._announce("away").wait_for_publish(ANSWER_SECONDS)
        self._client.disconnect()
        self._client.loop_stop()
        self._release.close()

    @property
    def _is_busy(self) -> bool:
        return self._state == State.BUSY or (self._state == State.READY and self._release.pending)

    def _prepare(self, settings: MqttSettings) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        if settings.username:
            client.username_pw_set(settings.username, settings.password)
        if settings.ca is not None:
            client.tls_set(settings.ca)
        client.will_set(f"{self._topic}/gate", f"away; {self._policy}", qos=1, retain=True)
        client.reconnect_delay_set(1, 2)
        client.on_socket_open = _without_delay
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _publish(self, suffix: str, request_id: str) -> None:
        expires = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        expires.MessageExpiryInterval = round(ANSWER_SECONDS)
        sent = self._client.publish(
            f"{self._topic}/{suffix}",
            json.dumps({"request": request_id}),
            qos=0,
            properties=expires,
        )
        if sent.rc is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            _log.warning("mqtt: %s not sent [request %s]", suffix, request_id)

    def _announce(self, word: str) -> Any:
        return self._client.publish(
            f"{self._topic}/gate", f"{word}; {self._policy}", qos=1, retain=True
        )

    def _on_connect(self, client: Client, _data: Any, _flags: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            _log.error("mqtt: the broker refuses this gate: %s", reason)
            return
        client.subscribe([(f"{self._topic}/{what}", SubscribeOptions(qos=1)) for what in _HEARD])
        self._announce("online")
        with self._heard:
            self._subscribed = True
            self._heard.notify_all()

    def _on_disconnect(self, *_: Any) -> None:
        with self._heard:
            self._subscribed, self._state = False, ""

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        what = message.topic.rpartition("/")[2]
        if what == "state":
            with self._heard:
                self._state = message.payload.decode("utf-8", "replace")
                self._heard.notify_all()
            return
        try:
            told = json.loads(message.payload)
            request = str(told["request"])
            outcome = Outcome(told["outcome"]) if what == "outcome" else None
        except (ValueError, KeyError, TypeError):
            _log.warning("mqtt: not understood, on %s", message.topic)
            return
        if outcome is None:
            self._release.confirm(request)
        elif not request:
            self._report("", outcome)
        else:
            self._release.end(request, outcome)


_HELD = "held open"
_HEARD = ("state", "opened", "outcome")


def _without_delay(_client: Client, _data: Any, connection: Any) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
