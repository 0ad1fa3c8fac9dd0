"""Measuring speed and recall at the size of a country, without a single picture."""
