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
from tests.transcripts.stage import Clock, PollingTab, Stage, StageStore, Tab, set_clocks

FILES = sorted(Path(__file__).parent.glob("*.json"))
HEARS = ("hears", "hears_over_http")
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

    def build(transcript: Dict[str, Any], over_http: bool = False) -> Stage:
        def rows() -> Stage:
            article = Article.objects.create(pk=5, title="Harbour")
            users = cast(transcript)
            tabs = {
                name: make_tab(edit_path(article, tab.get("member")), users[tab["person"]], article, over_http)
                for name, tab in transcript["tabs"].items()
            }
            return Stage(article, tabs, store, clock)

        return people.in_database(rows)

    return build


def make_tab(path: str, user: Any, article: Any, over_http: bool) -> Tab:
    """Only our own page can do without a socket."""
    return PollingTab(path, user, article) if over_http and "member=" in path else Tab(path, user)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("transport", ["websocket", "http"])
async def test_a_conversation_goes_as_it_is_written(path: Path, transport: str, stage: Any):
    """``hears_over_http`` of a scene stands where pages without a socket hear something else."""
    transcript = json.loads(path.read_text(encoding="utf-8"))
    played = stage(transcript, transport == "http")
    own = HEARS[1]
    try:
        for number, scene in enumerate(transcript["scenes"], start=1):
            expected = scene.get(own, scene["hears"]) if transport == "http" else scene["hears"]
            if RECORDING:
                expected = {next(iter(played.tabs)): [{}] * 99}  # as if much were expected: wait for it
            doing = {name: value for name, value in scene.items() if name not in HEARS}
            hears = await played.play(doing, expected)
            if RECORDING and transport == "websocket":
                scene["hears"] = hears
            elif RECORDING:
                scene.pop(own, None)
                scene.update({own: hears} if hears != scene["hears"] else {})
            assert RECORDING or hears == expected, "scene {} of {}: {}".format(number, path.name, scene)
    finally:
        await played.leave()
    if RECORDING:
        path.write_text(written(transcript), encoding="utf-8")


def test_there_are_conversations():
    assert len(FILES) >= 8


def short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def written_hears(hears: Dict[str, Any]) -> str:
    tabs = [
        "      {}: [\n        {}\n      ]".format(short(tab), ",\n        ".join(short(m) for m in messages))
        for tab, messages in hears.items()
    ]
    return "{{\n{}\n    }}".format(",\n".join(tabs)) if tabs else "{}"


def written(transcript: Dict[str, Any]) -> str:
    """JSON for people: one message a line."""

    scenes = []
    for scene in transcript["scenes"]:
        doing = short({name: value for name, value in scene.items() if name not in HEARS})[1:-1]
        heard = [f'"{name}": {written_hears(scene[name])}' for name in HEARS if name in scene]
        scenes.append("    {{{}}}".format(",\n     ".join([doing, *heard])))
    head = ["  {}: {}".format(short(name), short(transcript[name])) for name in ("title", "people", "tabs")]
    end = '  "in_the_end": ' + short(transcript["in_the_end"])
    return '{{\n{},\n  "scenes": [\n{}\n  ],\n{}\n}}\n'.format(",\n".join(head), ",\n".join(scenes), end)
