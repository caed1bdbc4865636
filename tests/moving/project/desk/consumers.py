"""Consumers as projects on 0.4.5 have them: subclasses with a state of their own, and one on ``RedisClientMixin``."""

import json

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from desk.models import Article
from django_admin_collaborator.consumers import (
    AdminCollaborationConsumer,
    ChatConsumer,
    RedisClientMixin,
    get_utc_timestamp,
    redis_operation_with_retry,
)

PLAIN_NAMES = """
answer client closed frame gate group handlers heartbeat hub journal key lease limits member member_id message
messages name overrides outbox person presence room rooms secret seen sent session state store task token turn
version visitor wire
""".split()  # noqa: SIM905 (a list of forty lines is harder to read)


class OwnNames:
    """What projects keep on their consumers, under names that come to anybody's mind."""

    async def connect(self):
        for name in PLAIN_NAMES:
            setattr(self, name, f"the project's {name}")
        await super().connect()
        for name in PLAIN_NAMES:
            setattr(self, name, getattr(self, name) + ", still")

    async def disconnect(self, close_code):
        kept = all(getattr(self, name) == f"the project's {name}, still" for name in PLAIN_NAMES)
        self.redis_hset("desk:gone", self.scope["user"].username, "kept" if kept else "lost")
        await super().disconnect(close_code)


class ArticleConsumer(OwnNames, AdminCollaborationConsumer):
    async def connect(self):
        await super().connect()
        self.redis_hset("desk:readers", self.email, json.dumps([self.user_id, self.object_id]))

    @database_sync_to_async
    def get_last_modified(self):
        return Article.objects.get(pk=self.object_id).updated_at.isoformat()

    async def handle_claim_editor(self, timestamp):
        self.redis_setex("desk:last-claim", 60, f"{self.user_id} {timestamp}")
        await super().handle_claim_editor(timestamp)

    async def receive(self, text_data):
        if json.loads(text_data)["type"] == "when":
            await self.send(text_data=json.dumps({"type": "when", "last_modified": await self.get_last_modified()}))
            return
        await super().receive(text_data)

    async def user_joined(self, event):
        await super().user_joined({**event, "day": event["last_modified"][:10]})


class DeskChat(OwnNames, ChatConsumer):
    async def handle_chat_message(self, recipient_id, message):
        await super().handle_chat_message(recipient_id, message.replace("damn", "d***"))


class VisitsConsumer(RedisClientMixin, AsyncWebsocketConsumer):
    """Counts the visits of each person."""

    async def connect(self):
        if not await self.check_user_authorization():
            await self.close()
            return
        await self.accept()

    async def receive(self, text_data):
        name = self.scope["user"].username
        if not self.redis_exists("desk:opened"):
            self.redis_set("desk:opened", self.get_timestamp())
        pipeline = self.redis_client.pipeline()
        pipeline.hincrby("desk:visits", name, 1)
        pipeline.hget("desk:visits", name)
        count = self.redis_pipeline_execute(pipeline)[1]
        visits = {key.decode(): int(value) for key, value in self.redis_hgetall("desk:visits").items()}
        answer = {
            "type": "visits",
            "count": int(count),
            "visits": visits,
            "longest": self.longest(),
            "at": get_utc_timestamp(),
        }
        await self.send(text_data=json.dumps(answer))
        self.redis_hdel("desk:visits", "nobody")
        self.redis_delete("desk:nothing")

    @redis_operation_with_retry
    def longest(self):
        return max(int(value) for value in self.redis_client.hvals("desk:visits"))
