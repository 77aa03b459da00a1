"""How clients and servers prove who they are, by the names of feature_store.yaml."""

from enum import Enum

__all__ = ["AuthType"]


class AuthType(Enum):
    NONE = "no_auth"
    OIDC = "oidc"
    KUBERNETES = "kubernetes"
