"""Rows of figures with their ratios, as a Markdown table."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

MORE_IS_BETTER = {"per s"}

What = Tuple[str, str]


class Rows:
    """Figures by what they are, with their unit, and by the name of the subject."""

    def __init__(self) -> None:
        self._rows: Dict[What, Dict[str, float]] = {}

    def note(self, subject: str, what: What, value: float) -> None:
        self._rows.setdefault(what, {})[subject] = value

    def table(self, subject: str) -> str:
        """``subject``'s figures, the others' beside them, and how many times theirs ours are."""
        others = list(dict.fromkeys(name for row in self._rows.values() for name in row if name != subject))
        head = ["", subject]
        for other in others:
            head += [other, "times"]
        lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
        for (what, unit), row in self._rows.items():
            cells = [f"{what}, {unit}", _shown(row.get(subject))]
            for other in others:
                cells += [_shown(row.get(other)), _times(row.get(subject), row.get(other), unit)]
            lines.append(cells)
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _shown(value: Optional[float]) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _times(mine: Optional[float], theirs: Optional[float], unit: str) -> str:
    """Above 1: we need more time, memory or messages, or do less in a second."""
    if not mine or not theirs:
        return ""
    return f"{theirs / mine if unit in MORE_IS_BETTER else mine / theirs:.2f}"
