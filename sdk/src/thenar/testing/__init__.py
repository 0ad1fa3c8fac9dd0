"""For the tests of plugins and of programs that use Thenar.

The fixtures come with the package (:mod:`thenar.testing.pytest_plugin`); the
simulated devices are in :mod:`thenar.testing.simulated`.
"""
