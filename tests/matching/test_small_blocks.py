"""What numpy keeps of small arrays is overwritten when somebody is removed."""

import numpy as np
import pytest

from thenar.matching.small_blocks import overwrite_small_blocks


@pytest.mark.parametrize("size", [8, 80, 512, 1023])
def test_no_kept_block_has_what_was_in_it(size):
    kept = [np.full(size, 0xA7, np.uint8) for _ in range(7)]
    del kept
    again = [np.empty(size, np.uint8) for _ in range(7)]
    assert any((one == 0xA7).all() for one in again), "else numpy keeps nothing any more"
    del again
    overwrite_small_blocks()
    again = [np.empty(size, np.uint8) for _ in range(7)]
    assert not any(one.any() for one in again)
