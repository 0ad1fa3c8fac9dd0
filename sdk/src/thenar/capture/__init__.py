"""Capture: from frames to a palm crop, or to what the customer should change."""

from thenar.capture.roi import crop_roi
from thenar.capture.view import View, look
from thenar.errors import AcquisitionFailure
from thenar.records import FrameSet, PalmCrop

__all__ = ["View", "acquire", "crop_roi", "look"]


def acquire(frames: FrameSet) -> PalmCrop:
    """The palm in the frames, at whatever quality it has.

    Raises:
        AcquisitionFailure: there is none; ``reasons`` are prompts.
    """
    view = look(frames)
    if view.crop is None:
        wanted = ", ".join(view.prompts)
        raise AcquisitionFailure(
            f"No usable palm in the frame; the customer would be asked: {wanted}.",
            reasons=tuple(view.prompts),
            remedy="show one open hand, palm to the camera, whole in the picture",
        )
    return view.crop
