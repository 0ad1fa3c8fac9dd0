"""What the settings of machine-vision cameras have in common."""

from __future__ import annotations

from typing import Any

import attrs

from thenar.errors import InvalidRecord
from thenar.records import Band

_positive = attrs.validators.optional(attrs.validators.gt(0))


@attrs.frozen(kw_only=True)
class MachineSettings:
    """Settings of a machine-vision camera.

    Attributes:
        camera: which one, where there are several: what the maker calls its serial number
            or its identifier; empty: the first that is found.
        band: the light it sees: rgb, grey or nir.
        pixel_format: GenICam's name, such as Mono8 or BayerRG8; empty: as the camera has it.
        exposure: microseconds; none: as the camera has it.
        automatic: let the camera choose the exposure, where it can.
        gain: in the camera's own unit, commonly dB; none: as the camera has it.
        fps: frames a second; none: as the camera has it.
    """

    camera: str = ""
    band: Band = attrs.field(default=Band.NIR, converter=Band)
    pixel_format: str = ""
    exposure: float | None = attrs.field(default=None, validator=_positive)
    automatic: bool = False
    gain: float | None = None
    fps: float | None = attrs.field(default=None, validator=_positive)

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where the exposure is both set and left to the camera."""
        if self.automatic and self.exposure is not None:
            raise InvalidRecord("exposure: expected microseconds or automatic, got both.")

    @property
    def wanted(self) -> dict[str, Any]:
        """What a driver is told."""
        names = ("camera", "pixel_format", "exposure", "automatic", "gain", "fps")
        return {name: getattr(self, name) for name in names}
