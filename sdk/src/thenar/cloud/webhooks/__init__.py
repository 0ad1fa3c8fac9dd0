"""Webhooks: tenants' programs are told what happened, or asked whether somebody may.

Messages are signed after Standard Webhooks (HMAC-SHA256 over identifier, time and
body), because receivers have verifiers for it in every language; see
``docs/decisions/webhooks.md``.
"""
