"""The key under which a tenant's templates are protected (ISO/IEC 24745).

It is derived and kept nowhere: a tenant's key of one version is always the same, and
says nothing of another tenant's or another version's. To renew the protection is to
count the version up; the service then treats every template anew as it starts.
"""

from __future__ import annotations

import attrs

from thenar.matching.protection import protect, unprotect
from thenar.records import Probe, Signature
from thenar.vault.keys import KeyProvider


@attrs.frozen
class TemplateKeys:
    """Protects signatures as they leave signature-making, and tells probes how.

    Attributes:
        keys: the service's keys.
        version: of tenants' template keys, from 1; 0 protects nothing.
    """

    keys: KeyProvider
    version: int

    def key(self, tenant: str, version: int | None = None) -> bytes:
        """A tenant's key: 32 bytes, none for version 0."""
        version = self.version if version is None else version
        return self.keys.derive(f"template {version} {tenant}") if version else b""

    def protected(self, signature: Signature, tenant: str) -> Signature:
        """A signature as the tenant's references are. Raises MatchingError: no such form."""
        return protect(signature, self.key(tenant)) if self.version else signature

    def presented(self, probe: Probe, tenant: str) -> Probe:
        """A probe that can be compared with the tenant's references."""
        key = self.key(tenant)
        earlier = tuple(attrs.evolve(one, key=key) for one in probe.earlier)
        return attrs.evolve(probe, key=key, earlier=earlier)

    def renewed(self, signature: Signature, tenant: str, version: int) -> Signature:
        """A signature protected under some version's key, under this version's."""
        if version == self.version:
            return signature
        plain = unprotect(signature, self.key(tenant, version)) if version else signature
        return self.protected(plain, tenant)
