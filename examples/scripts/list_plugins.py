"""What is installed, where each plugin stands, and how long it took to load.

python list_plugins.py [thenar.toml]
"""

import sys
from pathlib import Path

from thenar.registry import Registry
from thenar.settings import Settings, load_settings


def main(file: str | None = None) -> None:
    """One line a plugin, one a hook."""
    settings = load_settings(Path(file)) if file else Settings()
    with Registry.load(settings) as registry:
        for one in registry.status():
            print(f"{one.plugin} {one.version}: {one.state} ({one.seconds * 1000:.0f} ms)")
            for hook, names in one.provides.items():
                print(f"    {hook}: {', '.join(names)}")
            if one.reason:
                print(f"    {one.reason}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
