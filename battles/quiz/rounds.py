"""A visitor's rounds of the quiz: what was asked, what was answered, score, streak and best.

The session holds all of it, so that going back or sending an answer twice counts nothing twice.
"""

import datetime
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from battles.quiz import questions

_KEY = "quiz"
ROUND_LENGTH = 10
#: The quiz of the day: kind and level of each question.
DAILY_PLAN = (
    ("types", "easy"),
    ("moves", "easy"),
    ("winner", "easy"),
    ("types", "medium"),
    ("moves", "medium"),
    ("winner", "medium"),
    ("types", "hard"),
    ("winner", "hard"),
)


@dataclass
class Round:
    """``answers`` and ``marks`` grow together: the choice taken, and whether it was right."""

    id: str
    kind: str
    level: str
    fingerprint: str
    #: ISO date of a quiz of the day, else empty.
    day: str = ""
    answers: list[int] = field(default_factory=list)
    marks: list[bool] = field(default_factory=list)

    @property
    def length(self) -> int:
        return len(DAILY_PLAN) if self.day else ROUND_LENGTH

    @property
    def score(self) -> int:
        return sum(self.marks)

    @property
    def is_over(self) -> bool:
        return len(self.marks) >= self.length

    def ticket(self, index: int) -> questions.Ticket:
        """Names question ``index``, counted from 0."""
        if self.day:
            kind, level = DAILY_PLAN[index]
        elif self.kind == "mixed":
            kind, level = questions.KINDS[index % len(questions.KINDS)], self.level
        else:
            kind, level = self.kind, self.level
        return questions.Ticket(self.id, index, kind, level, self.fingerprint)


@dataclass(frozen=True)
class Record:
    """A visitor's records: best score by (kind, level), and streaks."""

    best: dict[tuple[str, str], int]
    streak: int
    best_streak: int


def new_round(kind: str, level: str, fingerprint: str) -> Round:
    return Round(questions.new_round_id(), kind, level, fingerprint)


def daily_round(day: datetime.date, fingerprint: str) -> Round:
    """The same round for everyone on that day."""
    return Round(f"day-{day.isoformat()}", "mixed", "", fingerprint, day=day.isoformat())


class Rounds:
    """The rounds in a session: "round" (practice) and "daily"."""

    def __init__(self, session: MutableMapping[str, Any]) -> None:
        self._session = session
        self._data: dict[str, Any] = session.get(_KEY, {})

    def get(self, name: str) -> Round | None:
        stored = self._data.get(name)
        return Round(**stored) if stored else None

    def put(self, name: str, round_: Round) -> None:
        self._data[name] = asdict(round_)
        self._session[_KEY] = self._data  # reassigned, so that the session is saved

    def count(self, name: str, round_: Round, choice: int, is_right: bool) -> None:
        """Record the answer to the next question of ``round_``."""
        round_.answers.append(choice)
        round_.marks.append(is_right)
        streak = self._data.get("streak", 0) + 1 if is_right else 0
        self._data["streak"] = streak
        self._data["best_streak"] = max(streak, self._data.get("best_streak", 0))
        if round_.is_over and not round_.day:
            best: dict[str, int] = self._data.setdefault("best", {})
            key = f"{round_.kind}/{round_.level}"
            best[key] = max(round_.score, best.get(key, 0))
        self.put(name, round_)

    @property
    def record(self) -> Record:
        best = {}
        for key, score in self._data.get("best", {}).items():
            kind, _, level = key.partition("/")
            best[kind, level] = score
        return Record(best, self._data.get("streak", 0), self._data.get("best_streak", 0))


def share_text(round_: Round, title: str, url: str) -> str:
    """A result to share: one square per question, no answers."""
    squares = "".join("🟩" if mark else "⬛" for mark in round_.marks)
    title = f"{title} {round_.day}".strip()
    return f"{title}: {round_.score}/{round_.length}\n{squares}\n{url}"


def card_query(round_: Round) -> str:
    """What the picture of a result needs to know, as a query string."""
    marks = "".join("1" if mark else "0" for mark in round_.marks)
    of = {"day": round_.day} if round_.day else {"kind": round_.kind, "level": round_.level}
    return urlencode({**of, "marks": marks})
