"""How clients and servers of Feast prove who they are: the `auth` block of feature_store.yaml."""

from feast._config_classes import config_class

__all__ = ["KubernetesAuthConfig", "NoAuthConfig", "OidcAuthConfig", "OidcClientAuthConfig"]

NoAuthConfig = config_class(__name__, "NoAuthConfig", "auth", "no_auth")
KubernetesAuthConfig = config_class(__name__, "KubernetesAuthConfig", "auth", "kubernetes")
OidcAuthConfig = config_class(__name__, "OidcAuthConfig", "auth", "oidc")
OidcClientAuthConfig = OidcAuthConfig
