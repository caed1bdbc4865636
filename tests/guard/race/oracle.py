"""Whether anything was lost: the writes to each row have to form one chain, in which each has seen the one before.

Two writes that both saw the same token would mean that one overwrote the other unseen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Dict, Iterable, List, Optional, Set, Tuple

from tests.guard.press.traced import DELETED, START


def faults(writes: Iterable[Tuple[str, str, str]], final: Dict[str, str], accepted: Set[str]) -> List[str]:
    """What is wrong; nothing if all is well.

    writes: (row, seen, token) of each committed write, deletions included. final: the token that each row has in
    the end; rows that are gone are not in it.
    accepted: tokens whose writers were told that they were saved.
    """
    found: List[str] = []
    chains: Dict[str, List[Tuple[str, str]]] = defaultdict(list)
    committed = set()
    for row, seen, token in writes:
        chains[row].append((seen, token))
        committed.add(token)
    found += [f"accepted and not committed: {token}" for token in sorted(accepted - committed)]
    for row in {**dict.fromkeys(chains), **final}:
        found += _faults_of_chain(row, chains.get(row, []), final.get(row))
    return found


def _faults_of_chain(row: str, writes: List[Tuple[str, str]], final: Optional[str]) -> List[str]:
    found = [
        f"{row}: {times} writes had all seen {seen!r}, so {times - 1} of them overwrote one unseen"
        for seen, times in Counter(seen for seen, _ in writes).items()
        if times > 1
    ]
    after = dict(writes)
    token, length = START, 0
    while token in after and length <= len(writes):
        token = after[token]
        length += 1
    if length != len(writes):
        found.append(f"{row}: {len(writes)} writes, but only {length} of them in one chain")
    if final is None and not token.startswith(DELETED):
        found.append(f"{row}: the last write was {token!r}, but the row is gone")
    elif final is not None and token != final:
        found.append(f"{row}: the last write was {token!r}, but the row has {final!r}")
    return found
