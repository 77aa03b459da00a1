"""Which of several labels counts."""

from enum import Enum

__all__ = ["ConflictPolicy"]


class ConflictPolicy(Enum):
    LAST_WRITE_WINS = "last_write_wins"
    LABELER_PRIORITY = "labeler_priority"
    MAJORITY_VOTE = "majority_vote"

    def to_proto(self) -> int:
        return list(ConflictPolicy).index(self)

    @classmethod
    def from_proto(cls, proto_val: int) -> "ConflictPolicy":
        return list(cls)[proto_val]
