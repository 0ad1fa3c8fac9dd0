"""The settings: which plugins are enabled, which drivers are chosen, what each is told.

One TOML file. What Thenar itself reads is structured when the file is loaded; a
provider's own table is structured with the provider's settings class when the
provider is made. Whatever is wrong is reported with file, line and known keys.
The environment is read where the file says so (``{env = "NAME"}``), and nowhere else.
"""

from thenar.settings.chosen import DriverSettings, PluginSettings
from thenar.settings.kinds import KINDS, Kind, Way
from thenar.settings.settings import Settings, load_settings

__all__ = [
    "KINDS",
    "DriverSettings",
    "Kind",
    "PluginSettings",
    "Settings",
    "Way",
    "load_settings",
]
