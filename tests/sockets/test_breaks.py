"""How long the next person waits for each way in which an editor can go, and what an editor survives."""

from __future__ import annotations

import asyncio
import statistics

import pytest

from tests.project.newsroom.models import Article
from tests.sockets.conftest import granted
from tests.sockets.tab import Tab, overlaps, tokens
from tests.support.sockets import new_member

pytestmark = pytest.mark.timed

LEASE = 30 + 0.2  # the workers' timers for its end are spread over a tenth of a second


@pytest.fixture
def server(serve, old_redis):
    return serve(redis_url=old_redis.url, workers=3)


@pytest.fixture
def articles(database):
    return [Article.objects.create(title=f"Article {number}") for number in range(12)]


async def succession(open_tab, server, article, holder, bob, go) -> float:
    """Seconds from ``go(holder)`` until somebody who waited on another worker surely holds the lease."""
    waiter = await open_tab(server[1], article, bob, edits=True)
    token = holder.token
    assert waiter.editor() is not None
    await asyncio.sleep(0.5)
    await go(holder)
    seconds = await waiter.until(Tab.holds, 35)
    assert waiter.token > token
    assert overlaps([holder, waiter]) == []
    return seconds


@pytest.mark.slow
async def test_the_next_person_waits_no_longer_than_promised(
    server, open_tab, join, tcp_proxy, articles, ada, bob, figure
):
    """All at once, each on an article of its own, because most of it is waiting."""
    half_open = tcp_proxy(server[0].port)

    async def close(article):
        """The middle of five: most of it is the wait for a reload, little is left for a busy machine."""
        waits = []
        for own in [article, *articles[7:11]]:
            holder = await open_tab(server[0], own, ada, edits=True)
            waits.append(await succession(open_tab, server, own, holder, bob, Tab.leave))
        return statistics.median(waits)

    async def polite_close_of_a_contract_client(article):
        holder = await join(server[0], article, ada)
        await granted(holder)
        waiter = await open_tab(server[1], article, bob, edits=True)
        await holder.close()
        return await waiter.until(Tab.holds, 10)

    async def crash(article):
        holder = await open_tab(server[0], article, ada, edits=True)
        return await succession(open_tab, server, article, holder, bob, Tab.crash)

    async def swallow(article):
        holder = await open_tab(server[0], article, ada, edits=True, port=half_open.port)

        async def go(_):
            half_open.blackhole()

        return await succession(open_tab, server, article, holder, bob, go)

    async def fall_silent(article):
        """A browser that hangs: the connection is open, and nothing is answered."""
        holder = await join(server[0], article, ada, member=new_member(), answers_pings=False)
        await granted(holder)
        waiter = await open_tab(server[1], article, bob, edits=True)
        return await waiter.until(Tab.holds, 35)

    async def silent_contract_client(article):
        holder = await join(server[0], article, ada, answers_pings=False)
        await granted(holder)
        waiter = await open_tab(server[1], article, bob, edits=True)
        return await waiter.until(Tab.holds, 35)

    async def beating_contract_client(article):
        """A heartbeat every 15 s is all that the contract asks of an editor; pings need no answer."""
        holder = await join(server[0], article, ada, answers_pings=False)
        token = await granted(holder)
        waiter = await open_tab(server[1], article, bob, edits=True)
        await asyncio.sleep(15)
        await holder.send("heartbeat")
        await asyncio.sleep(16)
        assert not waiter.holds()
        assert await granted(holder) == token

    async def kill(article):
        holder = await open_tab(server[2], article, ada, edits=True)

        async def go(holder):
            server[2].kill()
            await holder.crash()

        return await succession(open_tab, server, article, holder, bob, go)

    scenarios = {
        "tab closed": (close, 1),
        "contract client closed": (polite_close_of_a_contract_client, 1),
        "tab crashed, connection cut": (crash, 9),
        "half-open connection": (swallow, LEASE),
        "browser hangs": (fall_silent, LEASE),
        "contract client falls silent": (silent_contract_client, LEASE),
        "worker killed, tab gone": (kill, LEASE),
    }
    runs = [run(article) for (run, _), article in zip(scenarios.values(), articles)]
    *waited, _ = await asyncio.gather(*runs, beating_contract_client(articles[-1]))
    for (what, (_, limit)), seconds in zip(scenarios.items(), waited):
        figure(f"next person can edit after: {what}", seconds, "s", limit)


@pytest.mark.parametrize("seconds", [1, 6])
async def test_a_flap_keeps_holder_and_token(server, open_tab, tcp_proxy, article, ada, bob, seconds):
    proxy = tcp_proxy(server[0].port)
    holder = await open_tab(server[0], article, ada, edits=True, port=proxy.port)
    waiter = await open_tab(server[1], article, bob, edits=True)
    token = holder.token
    proxy.refuse()
    await asyncio.sleep(seconds)
    proxy.refuse(False)
    await holder.until(lambda tab: tab.welcomes == 2 and tab.holds())
    assert set(tokens([holder, waiter])) == {token}
    assert overlaps([holder, waiter]) == []
