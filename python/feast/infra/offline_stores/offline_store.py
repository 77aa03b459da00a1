"""What a retrieval returns."""

from feast._feast import RetrievalJob, RetrievalMetadata

__all__ = ["RetrievalJob", "RetrievalMetadata"]
