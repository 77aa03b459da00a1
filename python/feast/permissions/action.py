"""What permissions allow."""

from enum import Enum

__all__ = ["ALL_ACTIONS", "CRUD", "READ", "WRITE", "AuthzedAction"]


class AuthzedAction(Enum):
    CREATE = "create"
    DESCRIBE = "describe"
    UPDATE = "update"
    DELETE = "delete"
    READ_ONLINE = "read_online"
    READ_OFFLINE = "read_offline"
    WRITE_ONLINE = "write_online"
    WRITE_OFFLINE = "write_offline"


ALL_ACTIONS = list(AuthzedAction)
READ = [AuthzedAction.READ_OFFLINE, AuthzedAction.READ_ONLINE]
WRITE = [AuthzedAction.WRITE_OFFLINE, AuthzedAction.WRITE_ONLINE]
CRUD = [AuthzedAction.CREATE, AuthzedAction.DESCRIBE, AuthzedAction.UPDATE, AuthzedAction.DELETE]
