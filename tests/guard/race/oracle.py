"""Whether anything was lost: the writes to each row have to form one chain, in which each has seen the one before.

Two writes that both saw the same token would mean that one overwrote the other unseen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Dict, Iterable, List, Set, Tuple


def faults(writes: Iterable[Tuple[str, str, str]], final: Dict[str, str], accepted: Set[str]) -> List[str]:
    """What is wrong; nothing if all is well.

    writes: (row, seen, token) of each committed write. final: the token that each row has in the end.
    accepted: tokens whose writers were told that they were saved.
    """
    found: List[str] = []
    chains: Dict[str, List[Tuple[str, str]]] = defaultdict(list)
    committed = set()
    for row, seen, token in writes:
        chains[row].append((seen, token))
        committed.add(token)
    found += [f"accepted and not committed: {token}" for token in sorted(accepted - committed)]
    for row, token in final.items():
        found += _faults_of_chain(row, chains.get(row, []), token)
    return found


def _faults_of_chain(row: str, writes: List[Tuple[str, str]], final: str) -> List[str]:
    found = [
        f"{row}: {times} writes had all seen {seen!r}, so {times - 1} of them overwrote one unseen"
        for seen, times in Counter(seen for seen, _ in writes).items()
        if times > 1
    ]
    after = dict(writes)
    token, length = "start", 0
    while token in after and length <= len(writes):
        token = after[token]
        length += 1
    if length != len(writes):
        found.append(f"{row}: {len(writes)} writes, but only {length} of them in one chain")
    if token != final:
        found.append(f"{row}: the last write was {token!r}, but the row has {final!r}")
    return found
