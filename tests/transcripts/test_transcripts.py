from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict

import pytest

from tests.project.newsroom.models import Article
from tests.support import people
from tests.support.sockets import edit_path
from tests.transcripts import stage as stage_module
from tests.transcripts.stage import Clock, Stage, StageStore, Tab, set_clocks

FILES = sorted(Path(__file__).parent.glob("*.json"))
RECORDING = bool(os.environ.get("RECORD_TRANSCRIPTS"))


def cast(transcript: Dict[str, Any]) -> Dict[str, Any]:
    """The people of a conversation, as users."""
    users = {}
    for name, person in transcript["people"].items():
        permissions = ["newsroom.view_article"] if person.get("only_looks") else []
        create = people.staff if permissions else people.superuser
        users[name] = create(person["name"], *permissions, pk=person["id"]).user
    return users


@pytest.fixture
def stage(database: str, monkeypatch: Any) -> Any:
    clock = Clock()
    store = StageStore(clock)
    set_clocks(monkeypatch, clock, store)
    if RECORDING:
        monkeypatch.setattr(stage_module, "LONGEST_SECONDS", 0.6)

    def build(transcript: Dict[str, Any]) -> Stage:
        def rows() -> Stage:
            article = Article.objects.create(pk=5, title="Harbour")
            users = cast(transcript)
            tabs = {
                name: Tab(edit_path(article, tab.get("member")), users[tab["person"]])
                for name, tab in transcript["tabs"].items()
            }
            return Stage(article, tabs, store, clock)

        return people.in_database(rows)

    return build


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_a_conversation_goes_as_it_is_written(path: Path, stage: Any):
    transcript = json.loads(path.read_text(encoding="utf-8"))
    played = stage(transcript)
    try:
        for number, scene in enumerate(transcript["scenes"], start=1):
            if RECORDING:
                scene["hears"] = {next(iter(played.tabs)): [{}] * 99}  # as if much were expected: wait for it
            doing = {name: value for name, value in scene.items() if name != "hears"}
            hears = await played.play(doing, scene["hears"])
            if RECORDING:
                scene["hears"] = hears
            assert hears == scene["hears"], "scene {} of {}: {}".format(number, path.name, scene)
    finally:
        await played.leave()
    if RECORDING:
        path.write_text(written(transcript), encoding="utf-8")


def test_there_are_conversations():
    assert len(FILES) >= 8


def written(transcript: Dict[str, Any]) -> str:
    """JSON for people: one message a line."""

    def short(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    scenes = []
    for scene in transcript["scenes"]:
        doing = short({name: value for name, value in scene.items() if name != "hears"})[1:-1]
        tabs = [
            "      {}: [\n        {}\n      ]".format(short(tab), ",\n        ".join(short(m) for m in messages))
            for tab, messages in scene["hears"].items()
        ]
        hears = "{{\n{}\n    }}".format(",\n".join(tabs)) if tabs else "{}"
        scenes.append('    {{{},\n     "hears": {}}}'.format(doing, hears))
    head = ["  {}: {}".format(short(name), short(transcript[name])) for name in ("title", "people", "tabs")]
    end = '  "in_the_end": ' + short(transcript["in_the_end"])
    return '{{\n{},\n  "scenes": [\n{}\n  ],\n{}\n}}\n'.format(",\n".join(head), ",\n".join(scenes), end)
