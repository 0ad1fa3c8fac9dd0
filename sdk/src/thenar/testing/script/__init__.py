"""Scripts of the simulated world: who comes when, what fails, and how it must end."""

from thenar.testing.script.play import Played, play
from thenar.testing.script.schema import Script, Step, read_script

__all__ = ["Played", "Script", "Step", "play", "read_script"]
