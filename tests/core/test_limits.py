from __future__ import annotations

from typing import Optional

from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core.limits import Bucket, Limit, left, spend, wait_seconds

LIMIT = Limit(rate=10, burst=50)


def spent(bucket: Optional[Bucket], now: float, times: int) -> Optional[Bucket]:
    for _ in range(times):
        bucket = spend(bucket, LIMIT, now)
    return bucket


def test_a_burst_may_be_spent_at_once_and_no_more():
    bucket = spent(None, 100.0, 49)
    assert wait_seconds(bucket, LIMIT, 100.0) == 0
    assert wait_seconds(spent(bucket, 100.0, 1), LIMIT, 100.0) == 0.1


def test_time_fills_the_bucket_up_to_its_burst():
    empty = spent(None, 100.0, 50)
    assert left(empty, LIMIT, 101.0) == 10
    assert left(empty, LIMIT, 1000.0) == 50


def test_what_costs_more_than_a_full_bucket_needs_a_full_one():
    assert wait_seconds(None, LIMIT, 100.0, cost=500) == 0
    assert wait_seconds(spend(None, LIMIT, 100.0, cost=500), LIMIT, 100.0) > 40


def test_a_clock_that_goes_back_takes_nothing_away():
    assert left(spent(None, 100.0, 10), LIMIT, 50.0) == 40


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 20)), max_size=60))
def test_never_more_is_admitted_than_the_burst_and_the_rate_allow(asks):
    now, bucket, admitted, largest = 0.0, None, 0.0, 0.0
    for pause, cost in asks:
        now += pause
        if not wait_seconds(bucket, LIMIT, now, cost):
            bucket = spend(bucket, LIMIT, now, cost)
            admitted, largest = admitted + cost, max(largest, cost)
    assert admitted <= LIMIT.burst + LIMIT.rate * now + 1e-6


@given(st.floats(0.1, 50), st.floats(0, 100))
def test_who_waits_as_long_as_told_is_admitted(cost, spent_before):
    bucket = spend(None, LIMIT, 0.0, spent_before)
    wait = wait_seconds(bucket, LIMIT, 0.0, cost)
    assert wait_seconds(bucket, LIMIT, wait + 1e-6, cost) <= 1e-6
