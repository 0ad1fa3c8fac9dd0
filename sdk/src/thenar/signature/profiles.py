"""Named ways to make probes: the more poses, the slower and the more forgiving.

References are the same whatever the profile, so a site can change its own.
"""

from __future__ import annotations

import attrs

from thenar.parameters import SIGNATURE


@attrs.frozen
class Profile:
    """How much a probe tries.

    Attributes:
        poses: (degrees, ratio) by which the palm is turned and scaled.
        least_skin: share of the crop that must be trusted skin, 0..1.
    """

    poses: tuple[tuple[float, float], ...]
    least_skin: float


PROFILES = {
    "fast": Profile(SIGNATURE.fast_poses, SIGNATURE.least_skin),
    "balanced": Profile(SIGNATURE.probe_poses, SIGNATURE.least_skin),
    "strict": Profile(SIGNATURE.strict_poses, SIGNATURE.strict_least_skin),
}
"""``fast`` for readers that guide the palm to one distance, ``strict`` for finding
duplicates at enrolment, ``balanced`` for everything else."""
