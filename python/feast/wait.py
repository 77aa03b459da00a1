"""Waiting for what takes a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

__all__ = ["wait_retry_backoff"]


def wait_retry_backoff(
    retry_fn: Callable[[], tuple[Any, bool]],
    timeout_secs: int = 0,
    timeout_msg: str | None = "Timeout while waiting for retry_fn() to return True",
    max_interval_secs: int = 60,
) -> Any:
    """Calls `retry_fn` until the second value it returns is true, at longer and longer intervals, and gives the first. Raises
    TimeoutError with `timeout_msg` after `timeout_secs` (0: never)."""
    interval = 1.0
    deadline = time.monotonic() + timeout_secs if timeout_secs > 0 else None
    result, done = retry_fn()
    while not done:
        pause = interval
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(timeout_msg)
            pause = min(pause, left)
        time.sleep(pause)
        interval = min(interval * 2, max_interval_secs)
        result, done = retry_fn()
    return result
