"""The vault: the only place where envelopes are opened and templates are in clear.

A device imports :mod:`thenar.vault.sealing` to seal; everything else is the
secure service's.
"""
