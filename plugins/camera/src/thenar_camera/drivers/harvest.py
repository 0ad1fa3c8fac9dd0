"""GenICam cameras through Harvesters and the GenTL producer of the camera's maker."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thenar_camera.drivers.channel import Frame, Trouble, hand_on
else:
    from channel import Frame, Trouble, hand_on


class GenICam:
    """An open camera.

    Args:
        wanted: ``producer``, ``camera``, ``exposure``, ``automatic``, ``gain``, ``fps``,
            ``pixel_format``, ``buffers`` and ``poll`` as the settings have them.
    """

    def __init__(self, wanted: dict[str, Any]) -> None:
        try:
            from genicam import gentl
            from harvesters.core import Harvester
        except ImportError as error:
            raise Trouble("package", f"{sys.executable}: {error}") from error
        self._gentl = gentl
        self._poll = wanted["poll"]
        self._spoilt = 0
        producer = wanted["producer"]
        if not os.path.isfile(producer):  # noqa: PTH113 - one import less
            raise Trouble("absent", f"there is no GenTL producer {producer}.")
        self._harvester = Harvester()
        self._harvester.add_file(producer)
        self._harvester.update()
        self._acquirer = self._open(wanted["camera"], producer)
        self._acquirer.add_callback(self._acquirer.Events.INCOMPLETE_BUFFER, self)
        try:
            self._set(wanted)
            self._acquirer.num_buffers = max(wanted["buffers"], self._acquirer.min_num_buffers)
            self._acquirer.start()
        except gentl.GenericException as error:
            raise Trouble("lost", str(error)) from error

    def _open(self, wanted: str, producer: str) -> Any:
        found = self._harvester.device_info_list
        names = [_names(one) for one in found]
        chosen = [n for n, known in enumerate(names) if not wanted or wanted in known]
        if not chosen:
            there = ", ".join(known[0] for known in names) or "none"
            raise Trouble("absent", f"{producer} finds: {there}.")
        try:
            return self._harvester.create(chosen[0])
        except (self._gentl.ResourceInUseException, self._gentl.AccessDeniedException) as error:
            raise Trouble("in use", str(error)) from error
        except self._gentl.GenericException as error:
            raise Trouble("not allowed", str(error)) from error

    def _set(self, wanted: dict[str, Any]) -> None:
        features = self._acquirer.remote_device.node_map
        if wanted["pixel_format"]:
            offered = features.PixelFormat.symbolics
            if wanted["pixel_format"] not in offered:
                said = f"expected the pixel format {wanted['pixel_format']}, it offers "
                raise Trouble("format", f"{said}{', '.join(offered)}.")
            features.PixelFormat.value = wanted["pixel_format"]
        if wanted["automatic"] and not hasattr(features, "ExposureAuto"):
            raise Trouble("setting", "expected automatic exposure, it has none.")
        if hasattr(features, "ExposureAuto") and (wanted["automatic"] or wanted["exposure"]):
            features.ExposureAuto.value = "Continuous" if wanted["automatic"] else "Off"
        for name, feature in (
            ("exposure", "ExposureTime"),
            ("gain", "Gain"),
            ("fps", "AcquisitionFrameRate"),
        ):
            if wanted[name] is not None:
                _set_number(features, name, feature, wanted[name])

    def next(self) -> Frame | int:
        """The newest whole frame, or how many spoilt ones came instead. Raises Trouble: lost."""
        try:
            buffer = self._newest()
        except self._gentl.GenericException as error:
            raise Trouble("lost", str(error)) from error
        if buffer is None:
            if not self._acquirer.is_acquiring():
                raise Trouble("lost", "it does not answer any more.")
            return self._newly_spoilt()
        with buffer:
            image = buffer.payload.components[0]
            bad = self._newly_spoilt()
            size = (image.width, image.height)
            return image.data.tobytes(), *size, image.data_format, bad

    def emit(self, context: object = None) -> None:  # noqa: ARG002 - the name is Harvesters'
        """Harvesters dropped a frame that was not whole (its ``Callback``)."""
        self._spoilt += 1

    def _newly_spoilt(self) -> int:
        """How many frames were spoilt since it was last asked."""
        spoilt, self._spoilt = self._spoilt, 0
        return spoilt

    def _newest(self) -> Any:
        """The newest buffer that harvesters finds whole; what is not whole, it drops."""
        buffer = self._acquirer.try_fetch(timeout=self._poll)
        while buffer is not None and (newer := self._acquirer.try_fetch(timeout=0.001)) is not None:
            buffer.queue()
            buffer = newer
        return buffer

    def close(self) -> None:
        """Let the camera go."""
        self._acquirer.stop()
        self._acquirer.destroy()
        self._harvester.reset()


def _names(device: Any) -> list[str]:
    """What a camera may be called by in the settings; the first is shown."""
    names = []
    for name in ("serial_number", "id_", "user_defined_name", "model"):
        try:
            names.append(str(getattr(device, name)))
        except Exception:  # noqa: BLE001, S112 - producers need not know each of them
            continue
    return names


def _set_number(features: Any, name: str, feature: str, value: float) -> None:
    node = getattr(features, feature, None)
    if node is None:
        raise Trouble("setting", f"expected to set {name}, it has no such feature.")
    if not node.min <= value <= node.max:
        raise Trouble("setting", f"expected {name} {node.min:g} to {node.max:g}, got {value:g}.")
    node.value = value


if __name__ == "__main__":
    hand_on(GenICam)
