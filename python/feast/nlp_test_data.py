"""Example data for tests and tutorials about documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

__all__ = ["create_document_chunks_df"]


def create_document_chunks_df(
    documents: dict[str, str], start_date: datetime, end_date: datetime, embedding_size: int = 60
) -> Any:
    """One row for every sentence of each document and hour: event_timestamp, document_id, chunk_id ("chunk-1"), chunk_text,
    embedding (random numbers) and created. The last two rows repeat an earlier one."""
    import numpy as np
    import pandas as pd

    hours = pd.date_range(start_date, end_date, freq="1h", inclusive="left", tz="UTC").round("ms")
    hours = hours.append(pd.DatetimeIndex([datetime(2021, 4, 12, 7)], tz="UTC"))
    chunks = [
        pd.DataFrame({"event_timestamp": hours, "document_id": name, "chunk_id": f"chunk-{number}", "chunk_text": text})
        for name, document in documents.items()
        for number, text in enumerate(document.split(". "), start=1)
    ]
    rows = pd.concat(chunks[::-1], ignore_index=True)
    rows["embedding"] = list(np.random.default_rng().random((len(rows), embedding_size)).tolist())
    rows["created"] = pd.Timestamp.now().round("ms")
    again = rows.iloc[[len(rows) // 2]]
    return pd.concat([rows, again, again], ignore_index=True)
