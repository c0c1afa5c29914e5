"""Fixtures of all tests."""

pytest_plugins = ["tests.fixtures.stack", "tests.fixtures.shop", "tests.fixtures.scheduling"]
