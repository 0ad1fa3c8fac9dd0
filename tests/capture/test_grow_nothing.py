"""Growing a hand where nothing, or all, may be hand."""

import cv2
import numpy as np
import pytest

from thenar.capture.grow import _cut


@pytest.mark.parametrize(
    ("mark", "hand"), [(cv2.GC_BGD, 0), (cv2.GC_PR_BGD, 0), (cv2.GC_FGD, 255), (cv2.GC_PR_FGD, 255)]
)
def test_a_view_that_is_all_hand_or_none_of_it_stays_as_it_is(mark, hand):
    image = np.zeros((24, 32, 3), np.uint8)
    assert (_cut(image, np.full((24, 32), mark, np.uint8)) == hand).all()
