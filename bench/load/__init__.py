"""The service under load, and killed in the middle of it: ``python -m bench.load``."""
