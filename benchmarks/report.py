"""Rows of figures with their ratios, as a Markdown table."""

from __future__ import annotations

from statistics import median
from typing import Dict, List, Optional, Tuple

What = Tuple[str, str]


class Rows:
    """Figures by what they are, with their unit, and by the name of the subject."""

    def __init__(self) -> None:
        self._rows: Dict[What, Dict[str, List[float]]] = {}

    def note(self, subject: str, what: What, value: float) -> None:
        """Of several values for the same the table shows the median."""
        self._rows.setdefault(what, {}).setdefault(subject, []).append(value)

    def table(self, subjects: List[str]) -> str:
        """The figures of all; behind each but the last of ``subjects``, how many times that one's it is."""
        *ours, reference = subjects if len(subjects) > 1 else [*subjects, ""]
        names = dict.fromkeys([*subjects, *(name for row in self._rows.values() for name in row)])
        head = [""]
        for name in names:
            head += [name, "times"] if name in ours and reference else [name]
        lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
        for (what, unit), values in self._rows.items():
            row = {name: median(several) for name, several in values.items()}
            cells = [f"{what}, {unit}"]
            for name in names:
                cells.append(_shown(row.get(name)))
                if name in ours and reference:
                    cells.append(_times(row.get(name), row.get(reference)))
            lines.append(cells)
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _shown(value: Optional[float]) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _times(mine: Optional[float], theirs: Optional[float]) -> str:
    return "" if mine is None or not theirs else f"{mine / theirs:.2f}"
