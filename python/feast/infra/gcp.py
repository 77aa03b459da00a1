"""GcpProvider, as versions of Feast up to 0.22 had it; providers of your own derive from it."""

from feast.infra.passthrough_provider import PassthroughProvider

__all__ = ["GcpProvider"]


class GcpProvider(PassthroughProvider):
    """What this provider chooses are only the defaults of `feature_store.yaml`."""
