"""What the settings file says of an acquirer."""

from __future__ import annotations

import attrs


def _length(most: int) -> list[attrs._ValidatorType[str]]:
    return [attrs.validators.min_len(1), attrs.validators.max_len(most)]


@attrs.frozen
class Iso8583Settings:
    """Settings of the provider ``iso8583``.

    Attributes:
        host: the acquirer's name or address.
        port: its port.
        terminal: terminal number, at most 8 characters; each journal has its own,
            since it counts its own traces.
        merchant: merchant number, at most 15 characters.
        journal: path of a SQLite file that outlives every crash: what was asked, and
            what is still to be reversed or confirmed. One process at a time.
        acquirer: acquiring institution, at most 11 digits; empty: not sent.
        dialect: path of a TOML file with what this acquirer does differently; empty:
            the reference dialect.
        tls: whether the line is encrypted; false only on a line that is already.
        ca: path of the certificates that may vouch for the acquirer, PEM; empty: those
            that the system trusts.
        currency: ISO 4217 code in which a card is verified; nothing is charged.
        connect_seconds: how long a connection and its sign-on may each take, > 0.
        reply_seconds: how long a reply may take before its request is reversed, > 0;
            with twice ``connect_seconds`` below the 30 s that the host waits.
        repeat_seconds: pause before an unconfirmed advice or reversal is repeated, > 0.
        echo_seconds: idle time after which the line is tried with an echo, > 0.
    """

    host: str
    port: int = attrs.field(validator=attrs.validators.in_(range(1, 65536)))
    terminal: str = attrs.field(validator=_length(8))
    merchant: str = attrs.field(validator=_length(15))
    journal: str = attrs.field(validator=attrs.validators.min_len(1))
    acquirer: str = attrs.field(default="", validator=attrs.validators.matches_re(r"[0-9]{0,11}"))
    dialect: str = ""
    tls: bool = True
    ca: str = ""
    currency: str = "EUR"
    connect_seconds: float = attrs.field(default=4.0, validator=attrs.validators.gt(0))
    reply_seconds: float = attrs.field(default=12.0, validator=attrs.validators.gt(0))
    repeat_seconds: float = attrs.field(default=30.0, validator=attrs.validators.gt(0))
    echo_seconds: float = attrs.field(default=60.0, validator=attrs.validators.gt(0))
