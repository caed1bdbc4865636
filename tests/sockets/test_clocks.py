"""The clock of a worker is set forth and back: leases keep their holder, their token, and their length."""

from __future__ import annotations

import pytest

from tests.sockets.tab import Tab, overlaps, tokens

HOUR = 3600
QUICK = {"ADMIN_COLLABORATOR_LEASE_SECONDS": 4, "ADMIN_COLLABORATOR_HEARTBEAT_SECONDS": 1}
BEATS = 5  # more than a lease takes


@pytest.fixture
def clock(tmp_path):
    return tmp_path / "clock"


@pytest.fixture(params=["redis", "memory"])
def workers(request, serve, clock):
    options = {"settings": {**QUICK, "CLOCK_FILE": str(clock)}, "application": "tests.sockets.jumping:application"}
    if request.param == "memory":
        return serve(store="memory", **options).workers * 2
    redis_url = request.getfixturevalue("old_redis").url
    skewed, right = serve(redis_url=redis_url, **options), serve(redis_url=redis_url, settings=QUICK)
    return [skewed[0], right[0]]


async def test_a_clock_that_jumps_moves_no_lease(workers, clock, open_tab, tabs, article, ada, bob):
    holder = await open_tab(workers[0], article, ada, edits=True)
    waiter = await open_tab(workers[1], article, bob, edits=True)
    token = holder.token
    for jump in (HOUR, -HOUR, 0):
        clock.write_text(str(jump))
        heard = len(holder.received)

        def has_lived_on(tab: Tab, heard: int = heard) -> bool:
            return [message["type"] for message in tab.received[heard:]].count("ping") >= BEATS

        await holder.until(has_lived_on, 15)
        assert (holder.holds(), holder.token) == (True, token), jump
        assert waiter.token is None, jump
    clock.write_text(str(-HOUR))
    await holder.leave()
    seconds = await waiter.until(Tab.holds, 5)
    assert seconds < 2.5
    assert waiter.token > token
    assert set(tokens(tabs)) == {token, waiter.token}
    assert overlaps(tabs) == []


async def test_a_crash_is_noticed_as_soon_while_clocks_are_wrong(workers, clock, open_tab, tabs, article, ada, bob):
    holder = await open_tab(workers[0], article, ada, edits=True)
    waiter = await open_tab(workers[1], article, bob, edits=True)
    clock.write_text(str(-HOUR))
    await holder.crash()
    seconds = await waiter.until(Tab.holds, 12)
    assert 2 < seconds < 9
    assert overlaps(tabs) == []
