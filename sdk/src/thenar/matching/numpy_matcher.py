"""The exact matcher, in numpy."""

from __future__ import annotations

from thenar.matching.gallery import NumpyGallery
from thenar.records import Probe, Signature


class NumpyMatcher:
    """Compares block codes, exactly, in this process."""

    def compare(self, probe: Probe, reference: Signature) -> float:
        """The false-match rate, 0..1, at which the two would just be called mates.

        Raises:
            SignatureVersion: not block codes of this version.
        """
        gallery = self.gallery()
        gallery.add([(0, reference)])
        _, rates = gallery.score(probe)
        return float(rates[0])

    def gallery(self) -> NumpyGallery:
        """A new, empty gallery."""
        return NumpyGallery()
