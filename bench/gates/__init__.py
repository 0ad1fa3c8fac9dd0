"""A stadium's gates before kick-off."""
