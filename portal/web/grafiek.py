"""Where the lines of a chart go: points of an SVG of 480 by 250, reckoned here so that the template only writes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

LEFT, RIGHT, BOTTOM, TOP, TICKS = 50, 422, 216, 16, 5


@dataclass(frozen=True)
class Lijn:
    """One series: `parts` as points, with a gap where a number is not told; `dots` for numbers that stand alone; `last`: the
    last number, x, y and itself."""

    nummer: int
    parts: list[str] = field(default_factory=list)
    dots: list[tuple[int, int]] = field(default_factory=list)
    last: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Grafiek:
    """A chart of one or two series: its lines, the ticks of its axis and the labels below."""

    lines: list[Lijn]
    ticks: list[tuple[int, int]]
    labels: list[tuple[int, str]]


def _step(most: int) -> int:
    """The step of the axis: a round number, at most five of them."""
    return next(step * power for power in (10 ** n for n in range(12)) for step in (1, 2, 5) if step * power * TICKS >= most)


def teken(reeksen: Sequence[Sequence[int | None]], labels: Sequence[str]) -> Grafiek:
    """Draw these series; every third label is written, so that they stay apart on a phone."""
    step = _step(max((n for one in reeksen for n in one if n is not None), default=0))
    count = max(len(labels) - 1, 1)

    def x(place: int) -> int:
        return LEFT + round(place * (RIGHT - LEFT) / count)

    def y(number: int) -> int:
        return BOTTOM - round(number * (BOTTOM - TOP) / (step * TICKS))

    lines = []
    for nummer, reeks in enumerate(reeksen):
        runs: list[list[tuple[int, int]]] = [[]]
        for place, number in enumerate(reeks):
            if number is None:
                runs.append([])
            else:
                runs[-1].append((x(place), y(number)))
        last = reeks[-1] if reeks else None
        dots = [run[0] for run in runs if len(run) == 1]
        if last is not None:
            dots.append((x(len(reeks) - 1), y(last)))
        lines.append(Lijn(nummer, [" ".join(f"{a},{b}" for a, b in run) for run in runs if len(run) > 1],
                          list(dict.fromkeys(dots)), (x(len(reeks) - 1), y(last), last) if last is not None else None))
    return Grafiek(lines, [(y(n * step), n * step) for n in range(TICKS + 1)],
                   [(x(place), label) for place, label in enumerate(labels) if place % 3 == 0])
