"""How much one client may ask for: a bucket of tokens, which fills up again with time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Limit:
    """rate: tokens per second that may be spent in the long run. burst: how many may be spent at once."""

    rate: float
    burst: float


@dataclass(frozen=True)
class Bucket:
    """tokens: what was left at the moment ``at``, in seconds on a clock that never goes back."""

    tokens: float
    at: float


def left(bucket: Optional[Bucket], limit: Limit, now: float) -> float:
    """What can be spent now. A bucket that nobody has used is full."""
    if bucket is None:
        return limit.burst
    return min(limit.burst, bucket.tokens + max(0.0, now - bucket.at) * limit.rate)


def spend(bucket: Optional[Bucket], limit: Limit, now: float, cost: float = 1.0) -> Bucket:
    """The bucket after ``cost`` was taken out. Ask ``wait_seconds`` first: this does not refuse."""
    return Bucket(left(bucket, limit, now) - cost, now)


def wait_seconds(bucket: Optional[Bucket], limit: Limit, now: float, cost: float = 1.0) -> float:
    """How long until ``cost`` can be spent; 0 when it can be now.

    What costs more than a full bucket holds waits for a full one.
    """
    missing = min(cost, limit.burst) - left(bucket, limit, now)
    return max(0.0, missing / limit.rate)
