"""The customer's page: served by the device to a browser on the same machine."""

from thenar.device.kiosk.server import Kiosk

__all__ = ["Kiosk"]
