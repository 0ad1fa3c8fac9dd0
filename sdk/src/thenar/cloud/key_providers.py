"""The key provider that the settings choose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from thenar.cloud.settings import CloudSettings
from thenar.errors import KeyUnavailable
from thenar.vault.environment_keys import EnvironmentKeys
from thenar.vault.file_keys import FileKeys
from thenar.vault.keys import KeyProvider


@contextmanager
def open_keys(settings: CloudSettings, *, fresh: bool) -> Iterator[KeyProvider]:
    """Keys from a file, the environment or a hardware module, for as long as they are used.

    Args:
        settings: say which.
        fresh: nothing is protected yet, so keys may be made where there are none.

    Raises:
        KeyUnavailable: there are none, or they cannot be used.
    """
    match settings.key_provider:
        case "environment":
            yield EnvironmentKeys(settings.key_variable)
        case "pkcs11":
            yield from _hardware(settings, fresh=fresh)
        case _:
            file = settings.key_file
            yield FileKeys.create(file) if fresh and not file.exists() else FileKeys(file)


def _hardware(settings: CloudSettings, *, fresh: bool) -> Iterator[KeyProvider]:
    try:
        from thenar.vault.hardware_keys import HardwareKeys
    except ModuleNotFoundError:
        raise KeyUnavailable(
            "Keys in hardware need python-pkcs11, which is not installed.",
            remedy="pip install 'thenar[pkcs11]'",
        ) from None
    asked = settings.pkcs11
    keys = HardwareKeys(asked.module, asked.token, asked.pin, settings.key_file, create=fresh)
    try:
        yield keys
    finally:
        keys.close()
