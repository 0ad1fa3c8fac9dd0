"""The terminal at the counter, the gate and the door.

Camera, prompts, best frames, liveness, a sealed envelope, and whatever follows the
answer. It writes no image to disk and keeps no template. Each flow is one function
of a :class:`~thenar.device.terminal.Terminal`.
"""
