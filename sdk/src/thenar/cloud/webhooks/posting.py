"""One message to one address: never to this service's own network unless it may, never redirected.

The host's name is resolved once, every address it has is checked, and the
connection goes to the one that was checked: a name that points elsewhere a
moment later (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping

import attrs
import httpx

from thenar.errors import InvalidRecord

_LONGEST = 65_536
"""Bytes of an answer that are read."""


@attrs.frozen
class Posted:
    """What a receiver answered: status and at most 64 KiB."""

    status: int
    content: bytes = attrs.field(repr=False)


class PostFailed(Exception):
    """No answer; its text is the kind of failure, with nothing of the message or the receiver."""


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, private: bool
) -> Posted:
    """Send a message.

    Args:
        url: of the receiver.
        body: JSON.
        headers: that sign it.
        seconds: for all of it.
        private: whether it may go to private, loopback and link-local addresses.

    Raises:
        PostFailed: no answer, or no address to send to.
    """
    until = time.monotonic() + seconds
    try:
        target = httpx.URL(url)
        address = _address(target, private=private)
    except (InvalidRecord, httpx.InvalidURL):
        raise PostFailed("AddressRefused") from None
    except OSError:
        raise PostFailed("UnknownHost") from None
    sent = {"content-type": "application/json", "host": _host(target), **headers}
    try:
        with (
            httpx.Client(timeout=seconds, trust_env=False) as client,
            client.stream(
                "POST",
                target.copy_with(host=address),
                content=body,
                headers=sent,
                extensions={"sni_hostname": target.host},
            ) as reply,
        ):
            return Posted(reply.status_code, _read(reply, until))
    except httpx.HTTPError as error:
        raise PostFailed(type(error).__name__) from None


def check(url: str, *, private: bool) -> None:
    """Whether a webhook may be at this URL. Raises InvalidRecord."""
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        raise InvalidRecord("url: expected one that can be read.") from None
    if not target.host or target.userinfo:
        raise InvalidRecord("url: expected a host, and no user in it.")
    if target.scheme != "https" and not private:
        raise InvalidRecord("url: expected https.")
    try:
        _address(target, private=private)
    except OSError:
        raise InvalidRecord("url: the host has no address.") from None


def _address(target: httpx.URL, *, private: bool) -> str:
    """The address to connect to. Raises InvalidRecord, OSError."""
    try:
        found = socket.getaddrinfo(target.host, target.port or 443, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError from error
    addresses = [str(one[4][0]) for one in found]
    if not private and not all(ipaddress.ip_address(one).is_global for one in addresses):
        raise InvalidRecord(
            "url: expected a public address.",
            remedy="set webhooks_to_private under [cloud] if receivers are in your own network.",
        )
    return addresses[0]


def _host(target: httpx.URL) -> str:
    return target.netloc.decode("ascii")


def _read(reply: httpx.Response, until: float) -> bytes:
    read = b""
    for chunk in reply.iter_bytes():
        read += chunk
        if len(read) > _LONGEST or time.monotonic() > until:
            raise httpx.ReadTimeout("too long")
    return read
