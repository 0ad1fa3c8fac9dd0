"""Assertions: "this person showed their palm here a moment ago, for this purpose".

A JWT (RFC 7519) signed with EdDSA (RFC 8037): ``iss`` the service, ``aud`` the
tenant, ``sub`` the subject, ``device`` the device that may use it, ``purpose``,
``jti``, ``iat``, ``exp``. The subject is unlike that of any other tenant.
"""

from __future__ import annotations

import uuid
from typing import Any

import attrs
import jwt
from jwt.algorithms import OKPAlgorithm

from thenar.errors import AccessRefused
from thenar.messages import Purpose
from thenar.parameters import SERVICE
from thenar.vault.keys import KeyProvider

_ALGORITHM = "EdDSA"
_REQUIRED = ["iss", "aud", "sub", "exp", "iat", "jti", "device", "purpose"]


@attrs.frozen
class Assertion:
    """What a valid assertion says.

    Attributes:
        name: its own identifier (``jti``).
        subject: whom it is about.
        purpose: what for.
    """

    name: str
    subject: str
    purpose: Purpose


@attrs.frozen
class Assertions:
    """Makes and checks them.

    Attributes:
        keys: hold the signing keys.
        issuer: URL of the service.
        life: seconds until one expires.
    """

    keys: KeyProvider
    issuer: str
    life: float = SERVICE.assertion_life

    def issue(self, *, tenant: str, device: str, subject: str, purpose: Purpose, now: float) -> str:
        """A new assertion, for one device of one tenant."""
        key_id, key = self.keys.signing_key()
        claims = {
            "iss": self.issuer,
            "aud": tenant,
            "sub": subject,
            "device": device,
            "purpose": purpose.value,
            "jti": uuid.uuid4().hex,
            "iat": int(now),
            "exp": int(now + self.life),
        }
        return jwt.encode(claims, key, algorithm=_ALGORITHM, headers={"kid": key_id})

    def check(
        self, token: str, *, tenant: str, device: str, purposes: tuple[Purpose, ...], now: float
    ) -> Assertion:
        """Read an assertion.

        Raises:
            AccessRefused: not ours, altered, expired, for another device or purpose.
        """
        claims = self._verified(token, tenant)
        if claims["device"] != device:
            raise AccessRefused("The assertion was made for another device.")
        if claims["purpose"] not in purposes:
            wanted = " or ".join(purposes)
            raise AccessRefused(
                f"The assertion is for {claims['purpose']}; this needs one for {wanted}."
            )
        if not claims["iat"] - self.life <= now < claims["exp"]:
            raise AccessRefused(
                "The assertion has expired.", remedy="let the customer show their palm again."
            )
        return Assertion(claims["jti"], claims["sub"], Purpose(claims["purpose"]))

    def key_set(self) -> list[dict[str, Any]]:
        """The public keys, as a JWKS has them."""
        return [
            {**OKPAlgorithm.to_jwk(key, as_dict=True), "kid": name, "alg": _ALGORITHM, "use": "sig"}
            for name, key in self.keys.verification_keys().items()
        ]

    def _verified(self, token: str, tenant: str) -> dict[str, Any]:
        options = {"require": _REQUIRED, "verify_exp": False, "verify_iat": False}
        try:
            key = self.keys.verification_keys()[jwt.get_unverified_header(token).get("kid", "")]
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=tenant,
                issuer=self.issuer,
                options=options,  # type: ignore[arg-type]
            )
        except (jwt.InvalidTokenError, KeyError):
            raise AccessRefused(
                "The assertion is not one that this service made for this tenant."
            ) from None
        return claims
