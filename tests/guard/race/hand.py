"""What a writer types: tokens that nobody else types, each with the one that they had before their eyes."""

from __future__ import annotations

import itertools
import random
from typing import Dict, List, Set

from tests.guard.press.traced import DELETED, START, Word, token_of_links

Data = Dict[str, List[str]]

TOPICS_AT_ONCE = 6
"""Of sixty topics: fifty million sets, so that no two writers of a row choose the same."""

_numbers = itertools.count(1)


class Hand:
    def __init__(self, name: str, chance: random.Random, topics: List[int]) -> None:
        self.name = name
        self.chance = chance
        self.topics = topics

    def token(self) -> str:
        return f"{self.name}.{next(_numbers)}"

    def deleted(self, token: str) -> str:
        return DELETED + token

    def type_into(self, data: Data) -> Set[str]:
        """Write a token into the row, its topics, its word, some rows of its inline, or several; at least one."""
        places = places_of(data)
        chosen = [place for place in places if self.chance.random() < (0.6 if place == "" else 0.3)]
        tokens = {self.put_token(data, place) for place in chosen}
        if not tokens or self.chance.random() < 0.3:
            tokens.add(self.put_topics(data))
        return tokens

    def type_anew(self, data: Data) -> Set[str]:
        """The same for an object that is not there yet: everything of it is new."""
        places = places_of(data)
        for place in places:
            data[place + "token"] = [START]
        data["topics"] = [""]
        return {self.put_topics(data), *(self.put_token(data, place) for place in places)}

    def insist(self, data: Data, theirs: Dict[str, Dict[str, List[str]]]) -> None:
        """Keep mine where others have written too, and say that I have seen theirs."""
        for choice, controls in theirs.items():
            for name, value in controls.items():
                if name.endswith("token"):
                    data[name[: -len("token")] + "seen"] = value
                elif name == "topics":
                    data["topics_seen"] = [_links(value)]
            data[choice] = ["mine"]

    def put_token(self, data: Data, place: str) -> str:
        token = self.token()
        data[place + "seen"] = data[place + "token"]
        data[place + "token"] = [token]
        return token

    def put_topics(self, data: Data) -> str:
        data["topics_seen"] = [_links(data["topics"])]
        token = token_of_links(self.chance.sample(self.topics, TOPICS_AT_ONCE))
        data["topics"] = [token]
        return token


def places_of(data: Data) -> List[str]:
    """What the names of controls of tokens begin with: of the row, of its word, and of the rows of its inline."""
    return ["", Word.PREFIX, *(f"slots-{row}-" for row in range(int(data["slots-TOTAL_FORMS"][0])))]


def _links(value: List[str]) -> str:
    return token_of_links(key for key in value[0].split(",") if key)
