"""The running gateway, for the tests of this folder."""

from tests.fixtures.gateway import gateway, production_gateway

__all__ = ["gateway", "production_gateway"]
