"""The synchronous helpers of ``RedisClientMixin``, as code written for 0.4.5 calls them."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest
import redis

from django_admin_collaborator import consumers
from django_admin_collaborator.consumers import RedisClientMixin, redis_operation_with_retry
from django_admin_collaborator.rooms import redis_helpers, store
from django_admin_collaborator.stores import StoreUnavailable


@pytest.fixture
def helper(settings, redis_url):
    settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url
    settings.ADMIN_COLLABORATOR_REDIS_RETRY_DELAY = 0.01
    yield RedisClientMixin()
    client = store._opened.pop("client", None)
    if client is not None:
        client[1].close()


def test_the_helpers_do_what_their_names_say(helper):
    assert helper.redis_get("k") is None
    assert helper.redis_set("k", "v") is True
    assert helper.redis_get("k") == b"v"
    assert helper.redis_client.ttl("k") == -1
    assert helper.redis_set("k", "w", 10) is True
    assert helper.redis_set("k", "w", ex=10) is True
    assert helper.redis_setex("timed", 20, "x") is True
    assert (helper.redis_client.ttl("k"), helper.redis_client.ttl("timed")) == (10, 20)
    assert (helper.redis_exists("k"), helper.redis_exists("other")) == (1, 0)
    assert (helper.redis_delete("k"), helper.redis_delete("k")) == (1, 0)
    assert (helper.redis_hset("h", "f", "1"), helper.redis_hset("h", "f", "2")) == (1, 0)
    assert helper.redis_hgetall("h") == {b"f": b"2"}
    assert (helper.redis_hdel("h", "f"), helper.redis_hdel("h", "f")) == (1, 0)
    pipeline = helper.redis_client.pipeline()
    pipeline.set("a", 1)
    pipeline.incr("a")
    assert helper.redis_pipeline_execute(pipeline) == [True, 2]


def test_all_share_one_client_with_the_bounds_of_the_settings(helper, settings):
    settings.ADMIN_COLLABORATOR_REDIS_SOCKET_TIMEOUT = 2
    settings.ADMIN_COLLABORATOR_REDIS_MAX_CONNECTIONS = 3
    client = helper.redis_client
    assert client is RedisClientMixin().redis_client
    assert client.connection_pool.max_connections == 3
    assert client.connection_pool.connection_kwargs["socket_timeout"] == 2


def test_an_operation_is_tried_again_after_a_passing_error(helper, settings):
    settings.ADMIN_COLLABORATOR_REDIS_MAX_RETRIES = 2
    calls = []

    @redis_operation_with_retry
    def read(self, key, failures):
        """Read it."""
        calls.append(key)
        if len(calls) <= failures:
            raise redis.exceptions.ConnectionError("gone")
        return key

    assert read(helper, "k", failures=2) == "k"
    assert len(calls) == 3
    assert (read.__name__, read.__doc__) == ("read", "Read it.")
    calls.clear()
    with pytest.raises(redis.exceptions.ConnectionError, match="gone"):
        read(helper, "k", failures=3)
    assert len(calls) == 3


def test_an_error_that_stays_is_raised_at_once(helper):
    helper.redis_set("text", "no hash")
    started = time.monotonic()
    with pytest.raises(redis.exceptions.ResponseError, match="WRONGTYPE"):
        helper.redis_hgetall("text")
    assert time.monotonic() - started < 0.01 * (1 + 2 + 4)


def test_the_helpers_outlast_a_restart_of_redis(helper, settings, redis_server):
    settings.ADMIN_COLLABORATOR_REDIS_MAX_RETRIES = 1
    assert helper.redis_set("k", "v")
    redis_server.kill()
    with pytest.raises(redis.exceptions.ConnectionError):
        helper.redis_get("k")
    redis_server.start()
    assert helper.redis_get("k") is None


def test_on_an_event_loop_they_work_and_name_redis_call_once(helper, caplog, monkeypatch):
    monkeypatch.setattr(redis_helpers, "_told", [])
    with caplog.at_level(logging.WARNING, "django_admin_collaborator"):
        assert helper.redis_set("k", "v")
        assert not caplog.records

        async def on_the_loop():
            return helper.redis_get("k"), helper.redis_get("k")

        assert asyncio.run(on_the_loop()) == (b"v", b"v")
    (record,) = caplog.records
    assert "redis_call" in record.getMessage()
    assert "on_the_loop" in record.stack_info


def test_without_an_address_they_say_which_setting_is_missing(settings):
    settings.ADMIN_COLLABORATOR_REDIS_URL = None
    with pytest.raises(StoreUnavailable, match="ADMIN_COLLABORATOR_REDIS_URL"):
        RedisClientMixin().redis_get("k")


def test_the_constants_of_the_module_are_the_settings(settings):
    settings.ADMIN_COLLABORATOR_REDIS_MAX_RETRIES = 7
    names = ("REDIS_MAX_RETRIES", "REDIS_RETRY_DELAY", "REDIS_SOCKET_TIMEOUT", "REDIS_MAX_CONNECTIONS")
    assert [getattr(consumers, name) for name in names] == [7, 0.5, 5, 10]
    assert not hasattr(consumers, "REDIS_URL")
