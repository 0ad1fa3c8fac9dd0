"""GigE Vision (and USB3 Vision) cameras through Aravis and its introspection bindings."""

from __future__ import annotations

import contextlib
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thenar_camera.drivers.channel import Frame, Trouble, hand_on
else:
    from channel import Frame, Trouble, hand_on

NOT_FOUND = 6  # ARV_DEVICE_ERROR_NOT_FOUND
SOCKET_FRAMES = 8
"""Frames that may wait in the kernel, by their pixels; it counts a packet nearly twice."""
SPOILT = ("n_failures", "n_missing_frames", "n_aborted", "n_timeouts")


def library() -> tuple[Any, Any]:
    """Aravis and GLib. Raises Trouble: they are not installed."""
    try:
        import gi

        gi.require_version("Aravis", "0.8")
        from gi.repository import Aravis, GLib
    except (ImportError, ValueError) as error:
        raise Trouble("package", f"{sys.executable}: {error}") from error
    return Aravis, GLib


class GigE:
    """An open camera.

    Args:
        wanted: ``camera``, ``exposure``, ``gain``, ``fps``, ``pixel_format``, ``buffers``
            and ``poll`` as the settings have them.
    """

    def __init__(self, wanted: dict[str, Any]) -> None:
        self._aravis, self._glib = library()
        self._lost = False
        self._spoilt = 0
        self._poll = int(1e6 * wanted["poll"])
        try:
            self._camera = self._aravis.Camera.new(self._found(wanted["camera"]))
        except self._glib.Error as error:
            raise self._absent(error) from error
        try:
            self._open(wanted)
        except self._glib.Error as error:
            self.close()
            raise Trouble("lost", error.message) from error
        except Trouble:
            self.close()
            raise

    def _found(self, wanted: str) -> str | None:
        """What Aravis opens a camera by: its address, so that its packets come the same way."""
        with contextlib.suppress(ValueError):
            return str(ip_address(wanted))  # also one beyond a router, which is not found
        known = self._aravis
        known.update_device_list()
        for n in range(known.get_n_devices()):
            address = known.get_device_address(n)
            name, serial = known.get_device_id(n), known.get_device_serial_nbr(n)
            if not wanted or wanted in (address, name, serial):
                by_address = known.get_device_protocol(n) == "GigEVision"
                return str(address if by_address else name)
        return wanted or None

    def _open(self, wanted: dict[str, Any]) -> None:
        camera, device = self._camera, self._camera.get_device()
        if isinstance(device, self._aravis.GvDevice) and not device.is_controller():
            raise Trouble("in use", "another program controls it.")
        device.connect("control-lost", self._lose)
        self._set(wanted)
        self._stream = camera.create_stream(None, None)
        if self._stream is None:
            raise Trouble("in use", "no stream could be had from it.")
        payload = camera.get_payload()
        if isinstance(self._stream, self._aravis.GvStream):
            # Linux' own buffer does not hold one frame: what it cannot take at once is lost.
            self._stream.set_property("socket-buffer-size", SOCKET_FRAMES * payload)
        for _ in range(wanted["buffers"]):
            self._stream.push_buffer(self._aravis.Buffer.new_allocate(payload))
        camera.set_acquisition_mode(self._aravis.AcquisitionMode.CONTINUOUS)
        camera.start_acquisition()

    def _set(self, wanted: dict[str, Any]) -> None:
        camera = self._camera
        if wanted["pixel_format"]:
            offered = camera.dup_available_pixel_formats_as_strings()
            if wanted["pixel_format"] not in offered:
                said = f"expected the pixel format {wanted['pixel_format']}, it offers "
                raise Trouble("format", f"{said}{', '.join(offered)}.")
            camera.set_pixel_format_from_string(wanted["pixel_format"])
        self._format = camera.get_pixel_format_as_string()
        if wanted["automatic"] and not camera.is_exposure_auto_available():
            raise Trouble("setting", "expected automatic exposure, it has none.")
        if camera.is_exposure_auto_available() and (wanted["automatic"] or wanted["exposure"]):
            auto = self._aravis.Auto
            camera.set_exposure_time_auto(auto.CONTINUOUS if wanted["automatic"] else auto.OFF)
        for name, feature in (
            ("exposure", "exposure_time"),
            ("gain", "gain"),
            ("fps", "frame_rate"),
        ):
            if wanted[name] is not None:
                self._set_number(name, feature, wanted[name])

    def _set_number(self, name: str, feature: str, value: float) -> None:
        if not getattr(self._camera, f"is_{feature}_available")():
            raise Trouble("setting", f"expected to set {name}, it has no such feature.")
        low, high = getattr(self._camera, f"get_{feature}_bounds")()
        if not low <= value <= high:
            raise Trouble("setting", f"expected {name} {low:g} to {high:g}, got {value:g}.")
        getattr(self._camera, f"set_{feature}")(value)

    def next(self) -> Frame | int:
        """The newest whole frame, or how many spoilt ones came instead. Raises Trouble: lost."""
        buffer = self._stream.timeout_pop_buffer(self._poll)
        if buffer is None:
            if self._lost or not self._answers():
                raise Trouble("lost", "it does not answer any more.")
            return self._newly_spoilt()
        while (newer := self._stream.try_pop_buffer()) is not None:
            self._stream.push_buffer(buffer)
            buffer = newer
        try:
            if buffer.get_status() != self._aravis.BufferStatus.SUCCESS:
                return self._newly_spoilt()
            size = (buffer.get_image_width(), buffer.get_image_height())
            return buffer.get_image_data(), *size, self._format, self._newly_spoilt()
        finally:
            self._stream.push_buffer(buffer)

    def close(self) -> None:
        """Give up control, so that the next program may have it at once."""
        device = self._camera.get_device()
        by_network = isinstance(device, self._aravis.GvDevice)
        if by_network and not device.is_controller():
            return
        with contextlib.suppress(self._glib.Error):
            self._camera.stop_acquisition()
            if by_network:
                device.leave_control()

    def _lose(self, _device: object) -> None:
        self._lost = True

    def _answers(self) -> bool:
        try:
            self._camera.get_pixel_format_as_string()
        except self._glib.Error:
            return False
        return True

    def _newly_spoilt(self) -> int:
        """How many frames were spoilt since it was last asked."""
        spoilt: int = sum(self._stream.get_info_uint64_by_name(name) for name in SPOILT)
        before, self._spoilt = self._spoilt, spoilt
        return max(0, spoilt - before)

    def _absent(self, error: Any) -> Trouble:
        if error.code != NOT_FOUND:
            return Trouble("not allowed", error.message)
        self._aravis.update_device_list()
        there = [self._aravis.get_device_id(n) for n in range(self._aravis.get_n_devices())]
        return Trouble("absent", f"there are: {', '.join(there) or 'none'}.")


if __name__ == "__main__":
    hand_on(GigE)
