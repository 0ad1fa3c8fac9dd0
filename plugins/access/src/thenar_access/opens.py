"""The table ``[doors.NAME.opens]``: exactly one thing that opens."""

from __future__ import annotations

import attrs

from thenar.errors import InvalidRecord
from thenar.records import OfflinePolicy
from thenar_access.modbus import ModbusSettings, ModbusTurnstile
from thenar_access.mqtt import MqttSettings, MqttTurnstile
from thenar_access.roles import Opener, Report


@attrs.frozen
class Opens:
    """What opens: one table of these.

    Attributes:
        mqtt: a turnstile on an MQTT broker.
        modbus: a turnstile or a relay with feedback on Modbus TCP.
    """

    mqtt: MqttSettings | None = None
    modbus: ModbusSettings | None = None

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where there is none, or more than one."""
        named = [name for name in ("mqtt", "modbus") if getattr(self, name) is not None]
        if len(named) != 1:
            raise InvalidRecord(
                "opens: expected exactly one of the tables mqtt and modbus, "
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
        assert self.modbus is not None  # noqa: S101 - one of the two, see above
        return ModbusTurnstile(self.modbus, report)
