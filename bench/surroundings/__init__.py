"""Hands of real photographs in other surroundings: is the palm still found, and where?"""
