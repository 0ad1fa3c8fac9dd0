"""Hypothesis without deadlines: a busy machine must not fail a test."""

from hypothesis import settings

settings.register_profile("thenar", deadline=None)
settings.load_profile("thenar")
