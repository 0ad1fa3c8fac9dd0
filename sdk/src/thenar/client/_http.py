"""One request and its answer, or the error that says why there is none."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TypeVar

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError

from thenar.errors import CloudRefused, CloudUnreachable
from thenar.messages import Problem, signing

Answer = TypeVar("Answer", bound=BaseModel)


class Connection:
    """Connections to one secure service, kept open between requests.

    Args:
        url: of the service, e.g. ``"https://palm.example"``.
        timeout: seconds for one request, from connecting to the last byte of the answer's parts.
        transport: for tests and proxies; None is plain HTTP(S).
    """

    def __init__(
        self, url: str, *, timeout: float, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, timeout=timeout, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        answer: type[Answer],
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
        signer: tuple[str, Ed25519PrivateKey] | None = None,
    ) -> Answer:
        """Send a request and read the answer.

        Args:
            answer: the message that is expected.
            method: in capitals.
            path: below the service's URL.
            body: sent as JSON.
            headers: more headers, names in lower case.
            signer: device and key to sign with; None sends it unsigned.

        Raises:
            CloudUnreachable: no connection, or no answer in time.
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
                key, device, method=method, path=path, query="", headers=sent, body=content
            )
        try:
            reply = self._http.request(method, path, content=content, headers=sent)
        except httpx.TransportError as error:
            raise CloudUnreachable(
                f"{method} {path} at {self.url} got no answer: {type(error).__name__}.",
                remedy="check the network and the service's /v1/health.",
                request_id=request_id,
            ) from error
        if reply.is_success:
            return _read(answer, reply, request_id)
        raise _refusal(reply, request_id)


def _read(answer: type[Answer], reply: httpx.Response, request_id: str) -> Answer:
    try:
        return answer.model_validate_json(reply.content)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise CloudRefused(
            f"The answer is not a {answer.__name__}: {fields or 'not JSON'}.",
            status=reply.status_code,
            problem="unexpected-answer",
            remedy="check that the URL is a Thenar service's, and its version.",
            request_id=request_id,
        ) from None


def _refusal(reply: httpx.Response, request_id: str) -> CloudRefused:
    try:
        problem = Problem.model_validate_json(reply.content)
    except ValidationError:
        return CloudRefused(
            f"The service answered {reply.status_code} without a problem document.",
            status=reply.status_code,
            problem="unexpected-answer",
            remedy="check that the URL is a Thenar service's, and what stands in front of it.",
            request_id=request_id,
        )
    return CloudRefused(
        problem.detail,
        status=problem.status,
        problem=problem.code,
        remedy=problem.remedy,
        request_id=problem.request_id or request_id,
    )
