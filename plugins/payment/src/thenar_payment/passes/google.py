"""A link that adds a membership to Google Wallet: a JWT that a service account signs.

Source: developers.google.com/wallet/retail/loyalty-cards ("Issue passes with JWT").
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import attrs
import jwt

from thenar.errors import SettingsError
from thenar.records import LoyaltyAccount

SAVE = "https://pay.google.com/gp/v/save/"


@attrs.frozen
class GoogleSettings:
    """Who issues the passes.

    Attributes:
        issuer: number of the issuer account at Google Pay & Wallet Console.
        programme: name of the loyalty class that was made there, without the issuer.
        account: file of the service account's key, JSON as Google gives it.
        origins: web sites that show the button, e.g. ``("https://club.example",)``.
    """

    issuer: str = attrs.field(validator=attrs.validators.matches_re("[0-9]+"))
    programme: str = attrs.field(validator=attrs.validators.matches_re(r"[A-Za-z0-9._-]+"))
    account: Path = attrs.field(repr=False)
    origins: tuple[str, ...] = ()


def google_link(
    settings: GoogleSettings, account: LoyaltyAccount, *, clock: Callable[[], float] = time.time
) -> str:
    """The address behind "Add to Google Wallet" for a member.

    Args:
        settings: who issues it.
        account: the member's standing.
        clock: seconds since the epoch.

    Raises:
        SettingsError: the service account's key cannot be read.
    """
    try:
        service = json.loads(settings.account.read_bytes())
        email, key, key_id = (
            service[name] for name in ("client_email", "private_key", "private_key_id")
        )
        claims = {
            "iss": email,
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(clock()),
            "origins": list(settings.origins),
            "payload": {"loyaltyObjects": [_described(settings, account)]},
        }
        return SAVE + jwt.encode(claims, key, algorithm="RS256", headers={"kid": key_id})
    except (OSError, ValueError, KeyError, TypeError, jwt.InvalidKeyError) as error:
        raise SettingsError(
            f"The service account's key cannot be read ({type(error).__name__}).",
            remedy="give the JSON file that Google Cloud made for it.",
        ) from None


def _described(settings: GoogleSettings, account: LoyaltyAccount) -> dict[str, object]:
    name = hashlib.sha256(f"{account.programme} {account.member}".encode()).hexdigest()[:32]
    described: dict[str, object] = {
        "id": f"{settings.issuer}.{name}",
        "classId": f"{settings.issuer}.{settings.programme}",
        "state": "ACTIVE",
        "accountId": account.member,
        "barcode": {
            "type": "QR_CODE",
            "value": account.member,
            "alternateText": account.member,
        },
        "loyaltyPoints": {"label": "Points", "balance": {"int": account.points}},
    }
    if account.tier:
        described["textModulesData"] = [{"id": "tier", "header": "Tier", "body": account.tier}]
    return described
