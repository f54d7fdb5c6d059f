"""Figures over time as coordinates of a drawing; templates make SVG of them, and no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: The drawing area, in the units of the SVG; the templates leave room for words around it.
WIDTH, HEIGHT = 320.0, 100.0


@dataclass(frozen=True)
class TimeSeries:
    """A figure over time, ready to draw.

    points  [{"x", "y", "label", "value", "notable"}], the oldest first
    path    the ``d`` of an SVG path through them
    bar     y of the value that must not be passed, or None
    top     the value at the upper edge; the lower edge is nought
    """

    points: list[dict[str, Any]]
    path: str
    bar: float | None
    top: float
    start: datetime
    end: datetime


def line(
    values: Sequence[tuple[datetime, float, bool]], *, bar: float | None = None
) -> TimeSeries | None:
    """(when, value, is it notable) in any order -> a line; None without values.

    Values below nought, which sampling error makes of very good ones, are drawn at nought.
    """
    if not values:
        return None
    ordered = sorted(values, key=lambda entry: entry[0])
    start, end = ordered[0][0], ordered[-1][0]
    seconds = max((end - start).total_seconds(), 1.0)
    top = max([value for _, value, _ in ordered] + [1.25 * (bar or 0.0), 1e-9])
    points = [
        {
            "x": round(WIDTH * (when - start).total_seconds() / seconds, 2)
            if len(ordered) > 1
            else WIDTH / 2,
            "y": _height(value, top),
            "label": when,
            "value": value,
            "notable": notable,
        }
        for when, value, notable in ordered
    ]
    return TimeSeries(
        points=points,
        path="M" + "L".join(f"{point['x']} {point['y']}" for point in points),
        bar=None if bar is None else _height(bar, top),
        top=top,
        start=start,
        end=end,
    )


def _height(value: float, top: float) -> float:
    return round(HEIGHT - HEIGHT * max(value, 0.0) / top, 2)


def pairs(rows: list[dict[str, Any]], first: str, second: str) -> list[dict[str, Any]]:
    """Rows with two shares as bars below one another: ``y`` and the widths of both."""
    top = max([row[key] for row in rows for key in (first, second)] + [1e-9])
    return [
        {
            **row,
            "y": 16 * index,
            "first": round(WIDTH * row[first] / top, 2),
            "second": round(WIDTH * row[second] / top, 2),
        }
        for index, row in enumerate(rows)
    ]


def reliability_points(curve: list[dict[str, float]]) -> list[dict[str, float]]:
    """A reliability curve in the coordinates of a drawing of 100 by 100, y downwards."""
    most = max(row["count"] for row in curve)
    return [
        {
            "x": round(100 * row["predicted"], 2),
            "y": round(100 - 100 * row["observed"], 2),
            "radius": round(0.8 + 2.2 * (row["count"] / most) ** 0.5, 2),
            **row,
        }
        for row in curve
    ]
