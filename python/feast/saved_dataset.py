"""A retrieval's result kept under a name."""

from feast._feast import SavedDataset, SavedDatasetStorage

__all__ = ["SavedDataset", "SavedDatasetStorage"]
