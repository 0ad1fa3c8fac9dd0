"""Doors: sites' policies, where people were let in, and what a door is told."""
