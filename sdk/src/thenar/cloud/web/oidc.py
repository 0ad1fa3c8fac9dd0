"""Signing in with an OpenID Connect provider: code flow with PKCE, state and nonce.

The steps are OpenID Connect Core 1.0, section 3.1, with RFC 7636. Whoever comes
back is known by the e-mail address that the provider has verified, nothing else:
no token of the provider's is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import attrs
import httpx
import jwt

from thenar.cloud.service import Service
from thenar.errors import AccessRefused, KeyUnavailable, UnknownObject
from thenar.parameters import SERVICE
from thenar.vault.protection import protect, reveal

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Asymmetric ones only, so that no public key can pass for a secret."""
_SECONDS = 10.0
_LEEWAY = 60.0


@attrs.frozen
class Begun:
    """A sign-in on its way.

    Attributes:
        url: where the browser goes.
        kept: what the browser's cookie holds meanwhile, encrypted.
    """

    url: str
    kept: str


def begin(service: Service, back: str) -> Begun:
    """Send somebody to the provider.

    Args:
        service: names the provider in its settings.
        back: URL that the provider sends the browser to; also what the sign-in is bound to.

    Raises:
        UnknownObject: the settings name no provider.
        AccessRefused: the provider does not answer.
    """
    described = _described(service)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = hashlib.sha256(verifier.encode("ascii")).digest()
    asked = {
        "response_type": "code",
        "client_id": service.settings.oidc_client,
        "redirect_uri": back,
        "scope": "openid email",
        "state": state,
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode("ascii"),
        "code_challenge_method": "S256",
    }
    held = [state, nonce, verifier, service.clock() + SERVICE.code_life]
    kept = protect(json.dumps(held).encode(), _key(service), bound=f"sign-in {back}")
    url = described["authorization_endpoint"]
    url += ("&" if urlsplit(url).query else "?") + urlencode(asked)
    return Begun(url, base64.urlsafe_b64encode(kept).rstrip(b"=").decode("ascii"))


def finish(service: Service, back: str, kept: str, answer: Mapping[str, str]) -> str:
    """The verified e-mail address of whoever comes back.

    Args:
        service: as in :func:`begin`.
        back: the same as in :func:`begin`.
        kept: the cookie.
        answer: what the provider put into the address.

    Raises:
        AccessRefused: another browser, too late, denied, or the provider's word does not hold.
    """
    state, nonce, verifier, until = _unpacked(service, back, kept)
    if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise AccessRefused("This sign-in was not begun in this browser.", remedy="begin again.")
    if until < service.clock():
        raise AccessRefused("The sign-in took too long.", remedy="begin again.")
    if "code" not in answer:
        raise AccessRefused("The provider did not sign you in.", remedy="begin again.")
    described = _described(service)
    answered = _tokens(service, described, back, answer["code"], verifier)
    claims = _claims(service, described, answered)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise AccessRefused("The provider's answer is to another sign-in.", remedy="begin again.")
    if "email" not in claims:
        claims |= _information(described, answered, claims["sub"])
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise AccessRefused(
            "The provider has not verified your e-mail address.", remedy="use a code instead."
        )
    return str(claims["email"])


def _tokens(
    service: Service, described: dict[str, Any], back: str, code: str, verifier: str
) -> dict[str, Any]:
    """What the provider gives for the code."""
    settings = service.settings
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    if not settings.oidc_secret:
        public = {**form, "client_id": settings.oidc_client}
        return _json("POST", described["token_endpoint"], data=public)
    basic = (quote(settings.oidc_client, safe=""), quote(settings.oidc_secret, safe=""))
    return _json("POST", described["token_endpoint"], data=form, auth=basic)


def _claims(
    service: Service, described: dict[str, Any], answered: dict[str, Any]
) -> dict[str, Any]:
    """What the ID token says, once its signature, issuer, audience and times hold."""
    try:
        token = answered["id_token"]
        keys = jwt.PyJWKSet.from_dict(_json("GET", described["jwks_uri"]))
        wanted = jwt.get_unverified_header(token).get("kid")
        key = next(key for key in keys.keys if key.key_id == wanted or wanted is None)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=service.settings.oidc_client,
            issuer=described["issuer"],
            leeway=_LEEWAY,
            options={"require": ["iss", "aud", "sub", "exp", "iat"]},
        )
    except (jwt.PyJWTError, KeyError, StopIteration):
        raise AccessRefused("The provider's answer does not hold.", remedy="begin again.") from None
    return claims


def _information(
    described: dict[str, Any], answered: dict[str, Any], subject: str
) -> dict[str, Any]:
    """What the provider tells of the same person besides (OpenID Connect Core, section 5.3)."""
    if "userinfo_endpoint" not in described or "access_token" not in answered:
        return {}
    bearer = {"authorization": f"Bearer {answered['access_token']}"}
    told = _json("GET", described["userinfo_endpoint"], headers=bearer)
    if told.get("sub") != subject:
        raise AccessRefused("The provider's answer does not hold.", remedy="begin again.")
    return {name: told[name] for name in ("email", "email_verified") if name in told}


def _described(service: Service) -> dict[str, Any]:
    """The provider's own description (OpenID Connect Discovery 1.0)."""
    issuer = service.settings.oidc_issuer.rstrip("/")
    if not issuer:
        raise UnknownObject("No sign-in provider is set.", remedy="use a code.")
    described = _json("GET", f"{issuer}/.well-known/openid-configuration")
    if described.get("issuer", "").rstrip("/") != issuer:
        raise AccessRefused("The provider describes itself as another.")
    return described


def _json(method: str, url: str, **sent: Any) -> dict[str, Any]:
    try:
        reply = httpx.request(method, url, timeout=_SECONDS, **sent)
        reply.raise_for_status()
        found: dict[str, Any] = reply.json()
    except (httpx.HTTPError, ValueError):
        raise AccessRefused(
            "The sign-in provider did not answer as it should.",
            remedy="try again, or use a code.",
        ) from None
    return found


def _unpacked(service: Service, back: str, kept: str) -> tuple[str, str, str, float]:
    try:
        plain = reveal(
            base64.urlsafe_b64decode(kept + "=="), _key(service), bound=f"sign-in {back}"
        )
        state, nonce, verifier, until = json.loads(plain)
    except (ValueError, KeyUnavailable):
        raise AccessRefused(
            "This sign-in was not begun in this browser.", remedy="begin again."
        ) from None
    return state, nonce, verifier, until


def _key(service: Service) -> bytes:
    return service.keys.derive("sign-in provider")
