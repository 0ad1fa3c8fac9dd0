"""Every error that Thenar raises, drawn once.

    ThenarError
    ├── InvalidRecord            a record was given a value it cannot hold
    ├── SettingsError            the settings file is wrong
    ├── PluginError              a plugin, named with its version
    │   ├── PluginMissing        the settings name what no enabled plugin provides
    │   ├── PluginRefused        it was written for another API version
    │   ├── PluginConflict       two packages provide the same name
    │   ├── PluginFailed         it raised, or gave something other than it promised
    │   └── PluginDeadline       it took longer than the host allows
    ├── CaptureError
    │   ├── CameraUnavailable    no such camera, in use, no permission
    │   ├── CameraTimeout        no frame within the deadline
    │   ├── InteractionCancelled the customer or the clerk stopped it
    │   └── AcquisitionFailure   no usable palm in the frames (ISO/IEC 19795-1: FTA)
    ├── SignatureError
    │   ├── SignatureFormat      the bytes are not a signature
    │   └── SignatureVersion     made by another algorithm or version
    ├── MatchingError            the gallery cannot do what was asked
    ├── SealError                an envelope was refused
    │   ├── EnvelopeMalformed    truncated, oversized, or not an envelope
    │   ├── EnvelopeVersion      sealed by a format this service does not open
    │   ├── EnvelopeAltered      the authenticated data or the body was changed
    │   ├── EnvelopeStale        older, or newer, than the clock window
    │   ├── EnvelopeReplayed     its nonce was seen before
    │   ├── EnvelopeWrongTenant  bound to another tenant
    │   └── EnvelopeUnknownDevice  no such active device
    ├── KeyUnavailable           a key was destroyed or cannot be read
    ├── EnrolmentError
    │   ├── DuplicatePalm        this palm is enrolled already
    │   └── EnrolmentCancelled   the customer or the clerk stopped it
    ├── AttackDetected           a liveness check refused (ISO/IEC 30107-3)
    ├── PaymentError
    │   ├── PaymentDeclined      the issuer or processor said no
    │   └── PaymentUnknown       no answer: settle by idempotency key, never retry blindly
    ├── LoyaltyError             the loyalty programme did not answer as promised
    ├── DoorError                the door could not be asked or opened: it stays shut
    ├── DirectoryError           the directory did not answer as promised
    ├── NotifierError            the message could not be handed over
    ├── CloudError
    │   ├── CloudUnreachable     no connection, or no answer within the deadline
    │   ├── CloudRefused         the service answered with a problem document (RFC 9457)
    │   ├── AccessRefused        a credential is missing, wrong or out of date
    │   ├── ScopeMissing         the API key may not do this
    │   ├── RateLimited          too many requests; ``retry_after`` says when again
    │   ├── RequestConflict      the request contradicts an earlier one, or the present state
    │   └── UnknownObject        no such person, payment, link, device or site
    └── ManifestError            an evaluation manifest is wrong, with its line

A message says what was expected, what came and what to do. None carries a
secret, a card number, an image or a template.
"""

from __future__ import annotations


class ChannelOrderWarning(UserWarning):
    """Red and blue of a picture seem to be swapped."""


class ThenarError(Exception):
    """Root of all errors raised by Thenar and its plugins.

    Args:
        message: what was expected and what came.
        remedy: what the reader can do about it.
        request_id: the request during which it happened, if there was one.
    """

    code = "thenar"
    """Stable, machine-readable name; the problem type of HTTP replies."""

    def __init__(self, message: str, *, remedy: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.request_id = request_id

    def __str__(self) -> str:
        parts = [self.message]
        if self.remedy:
            parts.append(f"To mend it: {self.remedy}")
        if self.request_id:
            parts.append(f"[request {self.request_id}]")
        return " ".join(parts)


class InvalidRecord(ThenarError, ValueError):
    """A record was given a value it cannot hold."""

    code = "invalid-record"


class SettingsError(ThenarError):
    """The settings file is missing, malformed or names what does not exist."""

    code = "settings"


class PluginError(ThenarError):
    """Something is wrong with a plugin.

    Args:
        plugin: distribution name of the plugin; empty where none is to blame.
        version: its version, ``"?"`` where unknown.
    """

    code = "plugin"

    def __init__(
        self,
        message: str,
        *,
        plugin: str = "",
        version: str = "?",
        remedy: str = "",
        request_id: str = "",
    ) -> None:
        blamed = f"{plugin} {version}: " if plugin else ""
        super().__init__(blamed + message, remedy=remedy, request_id=request_id)
        self.plugin = plugin
        self.version = version


class PluginMissing(PluginError):
    """The settings name something that no enabled plugin provides."""

    code = "plugin-missing"


class PluginRefused(PluginError):
    """The plugin was written for an API version outside the supported window."""

    code = "plugin-refused"


class PluginConflict(PluginError):
    """Two packages provide the same name for the same hook."""

    code = "plugin-conflict"


class PluginFailed(PluginError):
    """The plugin raised, or handed over something other than it promised."""

    code = "plugin-failed"


class PluginDeadline(PluginError):
    """The plugin took longer than the host allows."""

    code = "plugin-deadline"


class CaptureError(ThenarError):
    """Frames could not be had or used."""

    code = "capture"


class CameraUnavailable(CaptureError):
    """No such camera, in use by another program, or no permission."""

    code = "camera-unavailable"


class CameraTimeout(CaptureError):
    """The camera gave no frame within the deadline."""

    code = "camera-timeout"


class InteractionCancelled(CaptureError):
    """The customer or the clerk stopped it before a palm was taken."""

    code = "interaction-cancelled"


class AcquisitionFailure(CaptureError):
    """No usable palm in the frames: a failure to acquire (ISO/IEC 19795-1).

    Args:
        reasons: prompts that tell the customer what to change, most urgent first
            (values of :class:`thenar.records.Prompt`).
    """

    code = "failure-to-acquire"

    def __init__(
        self, message: str, *, reasons: tuple[str, ...] = (), remedy: str = "", request_id: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy, request_id=request_id)
        self.reasons = reasons


class SignatureError(ThenarError):
    """A signature cannot be read or used."""

    code = "signature"


class SignatureFormat(SignatureError):
    """The bytes are not a signature."""

    code = "signature-format"


class SignatureVersion(SignatureError):
    """Two signatures were made by different algorithms or versions."""

    code = "signature-version"


class MatchingError(ThenarError):
    """The gallery cannot do what was asked."""

    code = "matching"


class SealError(ThenarError):
    """An envelope was refused."""

    code = "seal"


class EnvelopeMalformed(SealError):
    """Truncated, oversized, or not an envelope at all."""

    code = "envelope-malformed"


class EnvelopeVersion(SealError):
    """Sealed in a format that this service does not open."""

    code = "envelope-version"


class EnvelopeAltered(SealError):
    """The body or the data bound to it was changed after sealing."""

    code = "envelope-altered"


class EnvelopeStale(SealError):
    """Sealed outside the accepted clock window."""

    code = "envelope-stale"


class EnvelopeReplayed(SealError):
    """An envelope with this nonce was opened before."""

    code = "envelope-replayed"


class EnvelopeWrongTenant(SealError):
    """Bound to a tenant other than the one that presented it."""

    code = "envelope-wrong-tenant"


class EnvelopeUnknownDevice(SealError):
    """The device is not activated, or was revoked."""

    code = "envelope-unknown-device"


class KeyUnavailable(ThenarError):
    """A key was destroyed, or cannot be read."""

    code = "key-unavailable"


class EnrolmentError(ThenarError):
    """Enrolment did not complete; nothing of it was kept."""

    code = "enrolment"


class DuplicatePalm(EnrolmentError):
    """This palm is enrolled already."""

    code = "duplicate-palm"


class EnrolmentCancelled(EnrolmentError):
    """The customer or the clerk stopped the enrolment."""

    code = "enrolment-cancelled"


class AttackDetected(ThenarError):
    """A liveness check refused the presentation (ISO/IEC 30107-3)."""

    code = "attack-detected"


class PaymentError(ThenarError):
    """A payment did not complete."""

    code = "payment"


class PaymentDeclined(PaymentError):
    """The issuer or the processor said no; no money moved."""

    code = "payment-declined"


class PaymentUnknown(PaymentError):
    """No answer came: settle by idempotency key, never charge again blindly."""

    code = "payment-unknown"


class LoyaltyError(ThenarError):
    """The loyalty programme did not answer as promised."""

    code = "loyalty"


class DoorError(ThenarError):
    """The door could not be asked or opened; it stays shut."""

    code = "door"


class DirectoryError(ThenarError):
    """The directory did not answer as promised."""

    code = "directory"


class NotifierError(ThenarError):
    """The message could not be handed over."""

    code = "notifier"


class CloudError(ThenarError):
    """The secure service could not do what was asked."""

    code = "cloud"


class CloudUnreachable(CloudError):
    """No connection to the secure service, or no answer within the deadline."""

    code = "cloud-unreachable"


class CloudRefused(CloudError):
    """The secure service answered with a problem document (RFC 9457).

    Args:
        status: HTTP status of the reply.
        problem: the problem's code, one of those in this module.
        retry_after: seconds until another request has a chance; None where not said.
    """

    code = "cloud-refused"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        problem: str,
        remedy: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy, request_id=request_id)
        self.status = status
        self.problem = problem
        self.retry_after = retry_after


class AccessRefused(CloudError):
    """A credential is missing, wrong or out of date."""

    code = "access-refused"


class ScopeMissing(CloudError):
    """The credential is good, and does not allow this."""

    code = "scope-missing"


class RateLimited(CloudError):
    """Too many requests in too short a time.

    Args:
        retry_after: seconds until another has a chance.
    """

    code = "rate-limited"

    def __init__(
        self, message: str, *, retry_after: float, remedy: str = "", request_id: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy, request_id=request_id)
        self.retry_after = retry_after


class RequestConflict(CloudError):
    """The request contradicts an earlier one, or the present state."""

    code = "request-conflict"


class UnknownObject(CloudError):
    """No such person, payment, link, device or site for this tenant."""

    code = "unknown-object"


class ManifestError(ThenarError):
    """An evaluation manifest is wrong; the message names the line."""

    code = "manifest"
