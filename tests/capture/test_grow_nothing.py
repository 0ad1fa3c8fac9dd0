"""A view that is all of one colour is no hand, and no failure either."""

import numpy as np
import pytest

from thenar.capture import look
from thenar.records import Band, Frame, FrameSet


@pytest.mark.parametrize("level", [0, 3, 128, 255])
def test_a_flat_view_is_looked_at(level):
    pixels = np.full((240, 320, 3), level, np.uint8)
    pixels[100:140, 150:200] = min(255, level + 6)
    assert look(FrameSet((Frame(pixels, Band.RGB),))).crop is None
