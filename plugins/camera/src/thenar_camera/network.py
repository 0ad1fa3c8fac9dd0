"""Cameras on the network, through PyAV (FFmpeg)."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote, urlsplit, urlunsplit

import attrs
import numpy as np

from thenar.errors import CameraUnavailable, InvalidRecord
from thenar.records import Band
from thenar_camera.bands import as_band
from thenar_camera.gaps import Gaps
from thenar_camera.grabber import Taken
from thenar_camera.limits import CONNECT_SECONDS, FRAME_SECONDS

_REMEDIES = {
    "HTTPUnauthorizedError": ("it wants a user and a password.", "set user and password."),
    "HTTPForbiddenError": ("it does not permit this user.", "permit it in the camera's settings."),
    "HTTPNotFoundError": ("it has no such stream.", "look up the address in its manual."),
    "HTTPOtherClientError": ("it refused.", "it may serve too many already; close others."),
    "HTTPServerError": ("it cannot serve now.", "close other programs that use it, or wait."),
    "HTTPTooManyRequestsError": ("it serves too many already.", "close others, or wait."),
    "ConnectionRefusedError": ("nothing answers there.", "check the address and the camera."),
    "ProtocolNotSupportedError": ("it does not stream that way.", "set the other transport."),
    "InvalidDataError": ("what it sends is no video.", "check the address."),
    "EOFError": ("it ended the stream.", "if it goes on, close others that use it."),
    "ExitError": ("it does not answer in time.", "check its cable, its power and the address."),
    "TimeoutError": ("it does not answer in time.", "check its cable, its power and the address."),
}
_WRONG_USER = ("it does not know this user and password.", "mend user and password.")
_NO_TLS = (
    "no connection with TLS came about.",
    "check the address; where the camera's certificate is the site's own, set ca_file.",
)
_OTHER = "check the address, its cable and its power."


@attrs.frozen(kw_only=True)
class NetworkSettings:
    """Settings of a camera on the network.

    Attributes:
        url: its address, without user and password.
        user: by which the camera knows this program.
        password: of that user.
        band: the light it sees: rgb, grey or nir.
        ca_file: certificates to trust, for addresses with TLS; empty: the system's.
    """

    url: str = attrs.field(validator=attrs.validators.min_len(1))
    user: str = ""
    password: str = attrs.field(default="", repr=False)
    band: Band = attrs.field(default=Band.RGB, converter=Band)
    ca_file: str = ""

    SCHEMES: ClassVar[tuple[str, ...]]

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord where the address is of another kind, or holds a password."""
        parts = urlsplit(self.url)
        if parts.username or parts.password:
            raise InvalidRecord(
                "url: expected an address alone, got one with a user.",
                remedy="set user and password by their own names.",
            )
        if parts.scheme not in self.SCHEMES or not parts.hostname:
            expected = " or ".join(f"{scheme}://HOST/PATH" for scheme in self.SCHEMES)
            raise InvalidRecord(f"url: expected {expected}, got {self.url!r}.")


class NetworkStream:
    """An open stream.

    Args:
        settings: where it is.
        options: FFmpeg's, for the container.
        container: FFmpeg's name of the only format it may have; empty: whatever it is.
        name: of the camera, for messages.
        loses: packets may be lost on the way. A frame that is built on one that did not
            arrive looks whole and is not: none is shown until the next that needs no other.

    Raises:
        CameraUnavailable: it does not answer, does not permit it, or sends no video.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        options: Mapping[str, str],
        container: str,
        name: str,
        *,
        loses: bool = False,
    ) -> None:
        try:
            import av
        except ImportError as error:
            raise CameraUnavailable(
                f"{name}: expected the package av (PyAV), it is not installed.",
                remedy="pip install 'thenar-camera[network]'.",
            ) from error
        self._name, self._band = name, settings.band
        self._faults = (av.FFmpegError, OSError, RuntimeError)
        self._gaps, self._loses = Gaps(), loses
        self._is_whole = True
        self._has_user, self._has_tls = bool(settings.user), bool(_tls(settings))
        try:
            self._container = av.open(
                _with_user(settings),
                format=container or None,
                options={**_tls(settings), **options},
                timeout=(CONNECT_SECONDS, FRAME_SECONDS),
            )
        except self._faults as error:
            # It is told without its cause, which holds the address with the password.
            nothing = isinstance(error, EOFError)
            raise self._told(av.InvalidDataError(0, "") if nothing else error) from None
        if not self._container.streams.video:
            self._container.close()
            raise CameraUnavailable(
                f"{name}: expected video, it sends none.", remedy="check the address."
            )
        self._frames = self._container.decode(video=0)

    def grab(self) -> Taken:
        """The next frame, or that it was spoilt.

        Raises:
            CameraUnavailable: the camera is gone, or gives no frame for long.
        """
        try:
            frame = next(self._frames)
        except StopIteration:
            raise self._told(EOFError()) from None
        except self._faults as error:
            raise self._told(error) from None
        lost = self._gaps.lost(frame.time) if self._loses else 0
        if frame.is_corrupt or lost:
            self._is_whole = False
        if frame.key_frame:
            self._is_whole = not frame.is_corrupt
        if not self._is_whole:
            return Taken({}, damaged=lost + 1)
        pixels = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
        return Taken({self._band: as_band(pixels, self._band)}, damaged=lost)

    def release(self) -> None:
        """Hang up."""
        self._container.close()

    def _told(self, error: Exception) -> CameraUnavailable:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        if getattr(error, "errno", None) == errno.EPROTONOSUPPORT:
            kinds.insert(0, "ProtocolNotSupportedError")
        said, remedy = next(
            (_REMEDIES[kind] for kind in kinds if kind in _REMEDIES),
            (f"{getattr(error, 'strerror', None) or type(error).__name__}.", _OTHER),
        )
        if "HTTPUnauthorizedError" in kinds and self._has_user:
            said, remedy = _WRONG_USER
        if remedy is _OTHER and self._has_tls:
            said, remedy = _NO_TLS
        return CameraUnavailable(f"{self._name}: {said}", remedy=remedy)


def _with_user(settings: NetworkSettings) -> str:
    if not settings.user:
        return settings.url
    parts = urlsplit(settings.url)
    user = f"{quote(settings.user, safe='')}:{quote(settings.password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc}"))


def _tls(settings: NetworkSettings) -> dict[str, str]:
    if urlsplit(settings.url).scheme not in ("https", "rtsps"):
        return {}
    trusted = settings.ca_file or ssl.get_default_verify_paths().cafile or ""
    return {"tls_verify": "1", "ca_file": trusted}
