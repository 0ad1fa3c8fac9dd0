"""Requests and answers without a network: what both clients are made of.

A method of :class:`~thenar.client.device.DeviceRequests` is a generator: it yields
each request that it needs and is sent the reply, until it returns the answer.
:func:`blocking` and :func:`awaiting` make a client's method of it, so that the
two clients cannot differ.
"""

from __future__ import annotations

import functools
import inspect
import uuid
from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError

from thenar.errors import CloudRefused
from thenar.messages import Problem, signing

Answer = TypeVar("Answer", bound=BaseModel)
T = TypeVar("T")
P = ParamSpec("P")


@attrs.frozen
class Sent:
    """A request, ready to be sent.

    Attributes:
        method: in capitals.
        path: below the service's URL, percent-encoded.
        query: without the question mark; may be empty.
        headers: names in lower case.
        content: the body.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class Got:
    """A reply: status, headers with names in lower case, and body."""

    status: int
    headers: Mapping[str, str]
    content: bytes = attrs.field(repr=False)


Exchange = Generator[Sent, Got, T]
"""Requests that lead to an answer."""


def ask(
    answer: type[Answer],
    method: str,
    path: str,
    *,
    query: str = "",
    body: BaseModel | None = None,
    headers: Mapping[str, str] | None = None,
    signer: tuple[str, Ed25519PrivateKey] | None = None,
) -> Exchange[Answer]:
    """One request and its answer.

    Args:
        answer: the message that is expected.
        method: in capitals.
        path: below the service's URL.
        query: without the question mark.
        body: sent as JSON.
        headers: more headers, names in lower case.
        signer: device and key to sign with; None sends it unsigned.

    Raises:
        CloudRefused: the service said no.
    """
    request_id = uuid.uuid4().hex
    content = b"" if body is None else body.model_dump_json().encode("utf-8")
    sent = {"x-request-id": request_id, **(headers or {})}
    if body is not None:
        sent["content-type"] = "application/json"
    if signer is not None:
        device, key = signer
        sent |= signing.sign(
            key, device, method=method, path=path, query=query, headers=sent, body=content
        )
    got = yield Sent(method, path, query, sent, content)
    if 200 <= got.status < 300:
        return _read(answer, got, request_id)
    raise _refusal(got, request_id)


def blocking(
    make: Callable[Concatenate[Any, P], Exchange[T]],
) -> Callable[Concatenate[Any, P], T]:
    """The method of a blocking client that has ``_requests`` and ``_connection``."""

    @functools.wraps(make)
    def call(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        answer: T = client._connection.run(make(client._requests, *args, **kwargs))  # noqa: SLF001
        return answer

    call.__signature__ = _signature(make)  # type: ignore[attr-defined]
    return call


def awaiting(
    make: Callable[Concatenate[Any, P], Exchange[T]],
) -> Callable[Concatenate[Any, P], Awaitable[T]]:
    """The method of an asynchronous client that has ``_requests`` and ``_connection``."""

    @functools.wraps(make)
    async def call(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        answer: T = await client._connection.run(  # noqa: SLF001
            make(client._requests, *args, **kwargs)  # noqa: SLF001
        )
        return answer

    call.__signature__ = _signature(make)  # type: ignore[attr-defined]
    return call


def _signature(make: Callable[..., Any]) -> inspect.Signature:
    """As the client's user sees it: the answer, not the exchange."""
    signature = inspect.signature(make)
    answer = str(signature.return_annotation).removeprefix("Exchange[").removesuffix("]")
    return signature.replace(return_annotation=answer)


def _read(answer: type[Answer], got: Got, request_id: str) -> Answer:
    try:
        return answer.model_validate_json(got.content)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise CloudRefused(
            f"The answer is not a {answer.__name__}: {fields or 'not JSON'}.",
            status=got.status,
            problem="unexpected-answer",
            remedy="check that the URL is a Thenar service's, and its version.",
            request_id=request_id,
        ) from None


def _refusal(got: Got, request_id: str) -> CloudRefused:
    try:
        problem = Problem.model_validate_json(got.content)
    except ValidationError:
        return CloudRefused(
            f"The service answered {got.status} without a problem document.",
            status=got.status,
            problem="unexpected-answer",
            remedy="check that the URL is a Thenar service's, and what stands in front of it.",
            request_id=request_id,
        )
    wait = got.headers.get("retry-after", "")
    return CloudRefused(
        problem.detail,
        status=problem.status,
        problem=problem.code,
        remedy=problem.remedy,
        request_id=problem.request_id or request_id,
        retry_after=float(wait) if wait.isdigit() else None,
    )
