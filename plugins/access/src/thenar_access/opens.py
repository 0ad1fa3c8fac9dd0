"""The table ``[doors.NAME.opens]``: exactly one thing that opens."""

from __future__ import annotations

import attrs

from thenar.errors import InvalidRecord
from thenar.records import OfflinePolicy
from thenar_access.gpio import GpioSettings, gpio_turnstile
from thenar_access.modbus import ModbusSettings, modbus_turnstile
from thenar_access.mqtt import MqttSettings, MqttTurnstile
from thenar_access.roles import Opener, Report


@attrs.frozen
class Opens:
    """What opens: one table of these.

    Attributes:
        mqtt: a turnstile on an MQTT broker.
        modbus: a turnstile or a relay with feedback on Modbus TCP.
        gpio: a turnstile or a lock on this computer's pins.
    """

    mqtt: MqttSettings | None = None
    modbus: ModbusSettings | None = None
    gpio: GpioSettings | None = None

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where there is none, or more than one."""
        named = [name for name in ("mqtt", "modbus", "gpio") if getattr(self, name) is not None]
        if len(named) != 1:
            raise InvalidRecord(
                "opens: expected exactly one of the tables mqtt, modbus and gpio, "
                f"got {' and '.join(named) or 'none'}."
            )

    def make(self, report: Report, policy: OfflinePolicy) -> Opener:
        """The opener.

        Args:
            report: told what became of each release.
            policy: the site's fire policy, for hardware that asks for it.
        """
        if self.mqtt is not None:
            return MqttTurnstile(self.mqtt, report, policy)
        if self.modbus is not None:
            return modbus_turnstile(self.modbus, report)
        assert self.gpio is not None  # noqa: S101 - one of the three, see above
        return gpio_turnstile(self.gpio, report)
