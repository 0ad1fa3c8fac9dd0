"""Keys in an environment variable: for platforms that hand secrets over that way."""

from __future__ import annotations

import os

from thenar.errors import KeyUnavailable
from thenar.vault.key_ring import Held, KeyRing, SoftMasters


class EnvironmentKeys(KeyRing):
    """Keys as :class:`~thenar.vault.file_keys.FileKeys` writes them, in a variable.

    The variable is taken out of the environment, so that no program that this one
    starts inherits it. New keys are added by whoever sets it.

    Args:
        variable: its name.

    Raises:
        KeyUnavailable: it is not set, or holds no keys.
    """

    def __init__(self, variable: str) -> None:
        text = os.environ.pop(variable, "")
        if not text:
            raise KeyUnavailable(
                f"The environment variable {variable} has no keys.",
                remedy="make some with 'thenar cloud new-keys FILE', and set it to what the "
                "file holds.",
            )
        held = Held.read(text, f"the environment variable {variable}")
        super().__init__(held, SoftMasters(held.keys["master"]))
