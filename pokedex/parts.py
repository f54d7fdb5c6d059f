"""Long lists in parts: the first part of a page, "show more", and jumps by number or letter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pokedex.lookup import normalize

RowT = TypeVar("RowT")

#: The whole list, as a value of ``part``.
ALL = "all"
#: Id of the element that is replaced by the next part.
MORE = "list-more"
#: Lists that are not longer need no jumps.
SHORT = 24
#: Numbers that lie between two jumps.
STEP = 20


@dataclass(frozen=True)
class Jump:
    """A link to the first row of a letter or of a range of numbers."""

    name: str
    #: The row's id.
    at: str
    url: str


@dataclass(frozen=True)
class Line(Generic[RowT]):
    row: RowT
    #: Id of the row if a jump leads there, or "".
    at: str
    #: Takes the focus: the first row of a part that was asked for.
    is_next: bool


@dataclass(frozen=True)
class Parts(Generic[RowT]):
    """What an answer shows of a list."""

    lines: list[Line[RowT]]
    total: int
    #: How many rows the next part has; 0 at the end of the list.
    next_count: int
    more_url: str
    all_url: str
    jumps: list[Jump]

    @property
    def rows(self) -> list[RowT]:
        return [line.row for line in self.lines]


def letter(name: str) -> str:
    """The letter that a name is listed under; names that begin with none are listed under "#"."""
    first = normalize(name)[:1].upper()
    return first if first.isalpha() else "#"


def number_step(number: int) -> str:
    """The first number of the range that a number is in: 1, 21, 41 and so on."""
    return str((number - 1) // STEP * STEP + 1)


def _row_id(name: str) -> str:
    return f"at-{'other' if name == '#' else name.lower()}"


def cut(
    rows: Sequence[RowT],
    *,
    size: int,
    part: str,
    url: Callable[[str], str],
    only_next: bool = False,
    jump: Callable[[RowT], str] | None = None,
) -> Parts[RowT]:
    """The first ``part`` parts of a list, or with ``only_next`` the last of them alone.

    ``url`` gives the address of a part, ``jump`` the letter or number that a row is found under.
    """
    count = len(rows) if part == ALL else min(int(part or 1), -(-len(rows) // size)) * size
    start = max(count - size, 0) if only_next and part != ALL else 0
    first: dict[str, int] = {}
    if jump and len(rows) > SHORT:
        for index, row in enumerate(rows):
            first.setdefault(jump(row), index)
    places = {index: _row_id(name) for name, index in first.items()}
    lines = [
        Line(row, places.get(index, ""), only_next and index == start)
        for index, row in enumerate(rows[start:count], start)
    ]
    shown = ALL if part == ALL else str(max(count // size, 1))
    jumps = []
    for name, index in first.items():
        needed = shown if index < count else str(index // size + 1)
        jumps.append(Jump(name, places[index], f"{url(needed)}#{places[index]}"))
    return Parts(
        lines=lines,
        total=len(rows),
        next_count=max(0, min(size, len(rows) - count)),
        more_url=url(str(count // size + 1)) if count < len(rows) else "",
        all_url=url(ALL),
        jumps=jumps,
    )
