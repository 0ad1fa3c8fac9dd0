"""What stands in the way of this terminal, and what to do about it: ``thenar doctor``.

Every check looks at one thing for real: the camera is opened and read, the service
is asked, the doors are made. None changes anything, and none needs another to pass.
"""

from __future__ import annotations

import shutil
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

import attrs
import httpx
import numpy as np

from thenar.capture import look
from thenar.capture.grey import grey_of
from thenar.client import DeviceIdentity
from thenar.device.settings import DeviceSettings
from thenar.errors import ThenarError
from thenar.parameters import DEVICE, SERVICE
from thenar.protocols import FrameSource
from thenar.records import CameraHealth, FrameSet, Prompt
from thenar.registry import Registry


class State(StrEnum):
    """How a check ended."""

    WELL = "well"
    MIND = "mind"
    ILL = "ill"


@attrs.frozen
class Finding:
    """What one check found.

    Attributes:
        check: what was looked at.
        state: ``mind`` works and deserves a look; ``ill`` does not work.
        said: what was found.
        remedy: what to do; empty where all is well.
    """

    check: str
    state: State
    said: str
    remedy: str = ""


def examine(registry: Registry, settings: DeviceSettings) -> Iterator[Finding]:
    """Check plugins, key, disk, service, clock, camera, light, focus, speed and doors.

    Args:
        registry: with the plugins loaded.
        settings: the table ``[device]``.
    """
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("plugins", lambda: _plugins(registry)),
        ("key", lambda: _key(settings)),
        ("disk", lambda: _disk(settings)),
        ("service", lambda: _service(settings)),
        ("camera", lambda: _camera(registry)),
        ("doors", lambda: _doors(registry)),
    )
    for name, check in checks:
        try:
            yield from check()
        except ThenarError as error:
            yield Finding(name, State.ILL, error.message, error.remedy)


def _plugins(registry: Registry) -> Iterator[Finding]:
    listed = registry.status()
    for one in listed:
        if one.state in ("refused", "failed"):
            yield Finding("plugins", State.ILL, f"{one.plugin}: {one.reason}", "thenar plugins")
    for place in registry.unread_tables():
        remedy = "correct its name, or enable the plugin that reads it"
        yield Finding("plugins", State.MIND, f"no plugin reads {place}", remedy)
    active = sum(one.state == "active" for one in listed)
    yield Finding("plugins", State.WELL, f"{active} active")


def _key(settings: DeviceSettings) -> Iterator[Finding]:
    identity = DeviceIdentity.load(settings.identity_file)
    yield Finding("key", State.WELL, f"activated as {identity.name!r}")


def _disk(settings: DeviceSettings) -> Iterator[Finding]:
    folder = settings.folder
    if not folder.is_dir():
        remedy = "thenar device activate makes it"
        yield Finding("disk", State.ILL, f"there is no folder {folder}", remedy)
        return
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding("disk", State.ILL, f"others may read {folder}", f"chmod 700 {folder}")
    free = shutil.disk_usage(folder).free / 1e6
    if free < DEVICE.least_disk:
        said = f"{free:,.0f} MB free, {DEVICE.least_disk:,.0f} wanted"
        yield Finding("disk", State.ILL, said, "make room: what waits for the service is kept here")
    else:
        yield Finding("disk", State.WELL, f"{free:,.0f} MB free")


def _service(settings: DeviceSettings) -> Iterator[Finding]:
    started = time.monotonic()
    try:
        answer = httpx.get(f"{settings.cloud.rstrip('/')}/v1/ready", timeout=DEVICE.service_wait)
    except httpx.HTTPError as error:
        said = f"no answer from {settings.cloud}: {type(error).__name__}"
        yield Finding("service", State.ILL, said, "check the address and the network")
        return
    taken = 1000 * (time.monotonic() - started)
    if answer.is_success:
        yield Finding("service", State.WELL, f"ready in {taken:.0f} ms")
    else:
        said = f"answered {answer.status_code}"
        yield Finding("service", State.ILL, said, "ask whoever runs it for its log")
    if "date" in answer.headers:
        theirs = parsedate_to_datetime(answer.headers["date"])
        off = abs((datetime.now(UTC) - theirs).total_seconds())
        state = State.WELL if off < SERVICE.clock_window / 2 else State.ILL
        said = f"{off:.0f} s from the service's; captures are refused beyond "
        said += f"{SERVICE.clock_window:.0f} s"
        yield Finding("clock", state, said, "" if state is State.WELL else "start an NTP service")


def _camera(registry: Registry) -> Iterator[Finding]:
    source = registry.driver("camera").open()
    try:
        frames, rate = _read(source)
        health = source.health() if hasattr(source, "health") else None
    finally:
        source.close()
    bands = " and ".join(frame.band.value for frame in frames[-1].frames)
    height, width = frames[-1].primary.pixels.shape[:2]
    said = f"{width}×{height} {bands}, {rate:.0f} frames a second"
    if rate < DEVICE.least_frames:
        remedy = "choose another format, a faster port, or more light"
        yield Finding("camera", State.MIND, said, remedy)
    else:
        yield Finding("camera", State.WELL, said)
    if health is not None:
        yield _link(health)
    yield _light(frames[-1])
    started = time.thread_time()
    views = [look(each) for each in frames[-DEVICE.steady_frames :]]
    taken = 1000 * (time.thread_time() - started) / len(views)
    state = State.WELL if taken < DEVICE.most_look else State.MIND
    remedy = "" if state is State.WELL else "a plainer background, smaller frames, a faster machine"
    yield Finding("speed", state, f"{taken:.0f} ms to look at a frame", remedy)
    view = max(views, key=lambda each: each.quality)
    if view.crop is None:
        yield Finding("focus", State.MIND, "no palm in view", "hold a palm over it and run again")
    elif Prompt.HOLD_STILL in view.prompts:
        remedy = "clean and focus the lens at the distance of a palm"
        yield Finding("focus", State.ILL, "the palm is blurred", remedy)
    else:
        yield Finding("focus", State.WELL, f"a palm of quality {view.quality:.0f}")


def _read(source: FrameSource) -> tuple[list[FrameSet], float]:
    """Some frames, and how many come a second; the first opens the camera's eye."""
    frames = [source.read(DEVICE.camera_wait)]
    started = time.monotonic()
    while len(frames) <= DEVICE.examined_frames:
        frames.append(source.read(DEVICE.frame_wait))
    return frames, (len(frames) - 1) / max(time.monotonic() - started, 1e-6)


def _link(health: CameraHealth) -> Finding:
    """What became of the frames between the camera and this program."""
    came = f"{health.frames} frames came whole"
    if health.reconnects:
        said = f"lost and found {health.reconnects} times meanwhile: {health.trouble}"
        return Finding("link", State.ILL, said, "check its cable and its power")
    if health.damaged:
        remedy = "check its cable and the network between, or ask for fewer frames a second"
        return Finding("link", State.MIND, f"{came}, {health.damaged} damaged", remedy)
    if health.unpaired > health.frames:
        said = f"{health.frames} pairs, and {health.unpaired} frames without a partner"
        remedy = "set both cameras to one speed, and the delay of the one that comes later"
        return Finding("link", State.MIND, said, remedy)
    return Finding("link", State.WELL, f"{came}, none damaged")


def _light(frames: FrameSet) -> Finding:
    grey = grey_of(frames.primary.pixels)
    clipped, dark = float((grey >= 254).mean()), float(np.percentile(grey, 95))
    if clipped > DEVICE.most_clipped:
        said = f"{clipped:.0%} of the picture is clipped to white"
        return Finding("light", State.MIND, said, "shade the reader or shorten the exposure")
    if dark < DEVICE.least_light:
        said = f"the brightest twentieth is at {dark:.0f} of 255"
        return Finding("light", State.MIND, said, "add light, or check the lamp")
    return Finding("light", State.WELL, f"the brightest twentieth is at {dark:.0f} of 255")


def _doors(registry: Registry) -> Iterator[Finding]:
    for name, provider in registry.settings.doors.items():
        registry.door(name)
        yield Finding("doors", State.WELL, f"{name}: {provider} is set up")
