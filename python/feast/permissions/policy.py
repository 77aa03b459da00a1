"""Whom permissions allow something."""

from __future__ import annotations

from typing import Any

__all__ = [
    "AllowAll",
    "CombinedGroupNamespacePolicy",
    "GroupBasedPolicy",
    "NamespaceBasedPolicy",
    "Policy",
    "RoleBasedPolicy",
]


class Policy:
    """The base of policies; by itself, it lets everyone in."""

    _key = ""

    def _to_json(self) -> dict[str, Any]:
        return {self._key: dict(vars(self))} if self._key else {}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._to_json() == other._to_json()

    def __hash__(self) -> int:
        return hash(self._key)


class RoleBasedPolicy(Policy):
    _key = "roleBasedPolicy"

    def __init__(self, roles: list[str]):
        self.roles = list(roles)

    def get_roles(self) -> list[str]:
        return self.roles


class GroupBasedPolicy(Policy):
    _key = "groupBasedPolicy"

    def __init__(self, groups: list[str]):
        self.groups = list(groups)

    def get_groups(self) -> list[str]:
        return self.groups


class NamespaceBasedPolicy(Policy):
    _key = "namespaceBasedPolicy"

    def __init__(self, namespaces: list[str]):
        self.namespaces = list(namespaces)

    def get_namespaces(self) -> list[str]:
        return self.namespaces


class CombinedGroupNamespacePolicy(Policy):
    _key = "combinedGroupNamespacePolicy"

    def __init__(self, groups: list[str], namespaces: list[str]):
        self.groups = list(groups)
        self.namespaces = list(namespaces)


AllowAll = Policy()

_POLICIES = (RoleBasedPolicy, GroupBasedPolicy, NamespaceBasedPolicy, CombinedGroupNamespacePolicy)


def from_json(message: dict[str, Any]) -> Policy:
    for policy in _POLICIES:
        if policy._key in message:
            names = policy.__init__.__code__.co_varnames[1:]
            return policy(**{name: message[policy._key].get(name, []) for name in names})
    return AllowAll
