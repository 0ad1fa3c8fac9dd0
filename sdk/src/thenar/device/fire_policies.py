"""What each door does when nobody can be asked, where the site's policy says it.

The service tells with every permit; it is kept in a file, since it is needed when the
service is away. A door that no policy speaks of does what its own settings say.
"""

from __future__ import annotations

import json
from pathlib import Path

from thenar.records import OfflinePolicy


class FirePolicies:
    """Door → what the site's policy wants of it when nobody can be asked.

    Args:
        path: of the file, JSON.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, door: str) -> OfflinePolicy | None:
        """What the policy said last; None: nothing, or the file cannot be read."""
        told = self._read().get(door)
        return OfflinePolicy(told) if told in tuple(OfflinePolicy) else None

    def learn(self, door: str, policy: OfflinePolicy | None) -> None:
        """Keep what the policy says now."""
        known = self._read()
        if known.get(door) == policy:
            return
        known.pop(door, None)
        if policy is not None:
            known[door] = policy.value
        partial = self._path.with_name(f"{self._path.name}.part")
        partial.write_text(json.dumps(known), encoding="utf-8")
        partial.replace(self._path)

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
