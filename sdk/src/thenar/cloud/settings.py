"""The table ``[cloud]`` of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import attrs

from thenar.parameters import CHECKOUT, INTEGRATION, SERVICE


@attrs.frozen
class Pkcs11Settings:
    """The table ``[cloud.pkcs11]``.

    Attributes:
        module: the vendor's library, e.g. ``/usr/lib/softhsm/libsofthsm2.so``.
        token: the token's label.
        pin: the user's PIN.
    """

    module: Path = Path("/usr/lib/softhsm/libsofthsm2.so")
    token: str = "thenar"  # noqa: S105
    pin: str = attrs.field(default="", repr=False)


@attrs.frozen
class CloudSettings:
    """How the secure service runs.

    Attributes:
        folder: where databases and keys lie unless said otherwise.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        issuer: URL under which devices and customers reach the service; names the
            issuer of assertions. Empty: ``http://HOST:PORT``.
        database: SQLAlchemy URL; empty: ``thenar.sqlite`` in the folder.
        key_database: SQLAlchemy URL of people's keys; empty: ``person-keys.sqlite``
            in the folder. Its backups must be short-lived.
        keys: file of master, seal and signing keys; empty: ``keys.json`` in the folder.
        key_provider: where the master keys are: ``"file"``, ``"environment"`` (all keys
            in a variable) or ``"pkcs11"`` (in a hardware module; the file then holds the
            other keys, encrypted by it).
        key_variable: the environment variable, for ``"environment"``.
        pkcs11: the hardware module, for ``"pkcs11"``.
        admin_key: for the administrator's requests; empty turns them off.
        metrics_key: for ``GET /metrics``, besides the administrator's.
        trusted_proxies: addresses or networks of reverse proxies whose
            ``X-Forwarded-For`` says where a request came from.
        requests_per_device: a second, on average; > 0.
        requests_per_key: a second of an API key, on average; > 0.
        refusals_per_address: a second, of requests without a good credential; > 0.
        webhooks_to_private: whether webhooks may be at private, loopback and link-local
            addresses, and without TLS.
        identification_fmr: false-match rate a comparison must stay below, 0..1.
        identification_margin: decades to the second best person.
        duplicate_fmr: false-match rate below which a palm is enrolled already, 0..1.
        candidates: site → the candidate set that is searched there; a site that is
            not named searches everybody who may be found.
        candidate_lists: name of a candidate set → file with a subject on each line.
        policies: site → file of its policy, which its doors follow.
        template_key: version of the tenants' keys under which templates are protected; a
            higher one renews all of them at the next start, 0 protects none.
        keep_gallery: keep a sealed copy of the gallery in the folder, for a quick start.
        oidc_issuer: URL of an OpenID Connect provider that people may sign in with
            besides codes; empty: none.
        oidc_client: this service's client id there.
        oidc_secret: its secret; empty for a public client.
        oidc_name: what the sign-in button calls the provider.
        earn_every: minor units that are good for one loyalty point at a checkout, > 0.
        point_worth: minor units that one redeemed point is good for, > 0.
        idle_days: days without a visit after which a person is forgotten, > 0.
        idle_notice_days: days before that at which they are told, ≥ 0.
    """

    folder: Path = Path("thenar-data")
    host: str = "127.0.0.1"
    port: int = 8750
    issuer: str = ""
    database: str = attrs.field(default="", repr=False)
    key_database: str = attrs.field(default="", repr=False)
    keys: str = ""
    key_provider: Literal["file", "environment", "pkcs11"] = "file"
    key_variable: str = "THENAR_KEYS"
    pkcs11: Pkcs11Settings = attrs.field(factory=Pkcs11Settings)
    admin_key: str = attrs.field(default="", repr=False)
    metrics_key: str = attrs.field(default="", repr=False)
    trusted_proxies: tuple[str, ...] = ()
    requests_per_device: float = attrs.field(
        default=INTEGRATION.device_rate, validator=attrs.validators.gt(0)
    )
    requests_per_key: float = attrs.field(
        default=INTEGRATION.key_rate, validator=attrs.validators.gt(0)
    )
    refusals_per_address: float = attrs.field(
        default=INTEGRATION.address_rate, validator=attrs.validators.gt(0)
    )
    webhooks_to_private: bool = False
    identification_fmr: float = SERVICE.identification_fmr
    identification_margin: float = SERVICE.identification_margin
    duplicate_fmr: float = SERVICE.duplicate_fmr
    candidates: Mapping[str, str] = attrs.field(factory=dict)
    candidate_lists: Mapping[str, Path] = attrs.field(factory=dict)
    policies: Mapping[str, Path] = attrs.field(factory=dict)
    template_key: int = attrs.field(default=1, validator=attrs.validators.in_(range(1 << 32)))
    keep_gallery: bool = True
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = attrs.field(default="", repr=False)
    oidc_name: str = "single sign-on"
    earn_every: int = attrs.field(default=CHECKOUT.earn_every, validator=attrs.validators.gt(0))
    point_worth: int = attrs.field(default=CHECKOUT.point_worth, validator=attrs.validators.gt(0))
    idle_days: float = attrs.field(default=SERVICE.idle_days, validator=attrs.validators.gt(0))
    idle_notice_days: float = attrs.field(
        default=SERVICE.idle_notice_days, validator=attrs.validators.ge(0)
    )

    def __attrs_post_init__(self) -> None:
        if self.candidates or self.candidate_lists:
            from thenar.cloud.candidates import check

            check(self.candidates, self.candidate_lists)

    @property
    def base_url(self) -> str:
        """The issuer, without a slash at the end."""
        return (self.issuer or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def database_url(self) -> str:
        """Where people, links and transactions are."""
        return self.database or f"sqlite:///{self.folder / 'thenar.sqlite'}"

    @property
    def key_database_url(self) -> str:
        """Where people's keys are."""
        return self.key_database or f"sqlite:///{self.folder / 'person-keys.sqlite'}"

    @property
    def key_file(self) -> Path:
        """Where the service's own keys are."""
        return Path(self.keys) if self.keys else self.folder / "keys.json"
