"""The matcher that the settings choose with ``matcher = "ray"``."""

from __future__ import annotations

import logging
import os
from typing import Any

import ray

from thenar.errors import MatchingError
from thenar.matching.numpy_matcher import NumpyMatcher
from thenar.matching.ray.gallery import RayGallery
from thenar.matching.ray.shard import Shard
from thenar.records import Probe, Signature


class RayMatcher:
    """Compares block codes as :class:`thenar.matching.NumpyMatcher`, on a cluster.

    Args:
        shards: into how many parts a gallery is cut, from 1.
        replicas: how many machines hold each part, from 1; with 2, one may be lost.
        address: of the cluster's head, e.g. ``"10.0.0.1:6379"``; empty: a cluster of
            this machine alone, for as long as this process runs.
    """

    def __init__(self, shards: int = 2, replicas: int = 1, address: str = "") -> None:
        if not ray.is_initialized():
            _connect(address)
        self._shards = [Shard(number, replicas) for number in range(shards)]

    def compare(self, probe: Probe, reference: Signature) -> float:
        """See :class:`thenar.protocols.Matcher`; done in this process."""
        return NumpyMatcher().compare(probe, reference)

    def gallery(self) -> RayGallery:
        """A new, empty gallery."""
        return RayGallery(self._shards)


def _connect(address: str) -> None:
    """Join a cluster, or make one; it reports to nobody."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    options: dict[str, Any] = {"address": address} if address else {"include_dashboard": False}
    try:
        ray.init(**options, log_to_driver=False, logging_level=logging.ERROR, namespace="thenar")
    except Exception as error:  # what Ray raises when a node starts slowly
        raise MatchingError(
            f"No Ray cluster could be reached at {address or 'this machine'}: {error}.",
            remedy="check address under [matcher.ray], and that ray start ran there.",
        ) from error
