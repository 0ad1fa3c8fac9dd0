"""The paths of the API, version 1."""
