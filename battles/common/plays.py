"""How the battles of a page are played: both play well, or each side repeats one move."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from mlcore.models import Ranking
from pokedex.forms import choice_field

Play = Ranking.Play


@dataclass(frozen=True)
class PlayChoice:
    """A way to play, as a link to the same page."""

    label: str
    url: str
    is_current: bool


def play_field() -> Any:
    """The field ``play`` of a form; empty for the page's default."""
    return choice_field(gettext_lazy("Battles"), [("", ""), *Play.choices])


def play_choices(current: str, url: Callable[[str], str]) -> list[PlayChoice]:
    """Both ways, playing well first; ``url`` gives the address with one."""
    return [
        PlayChoice(str(play.label), url(play.value), play == current)
        for play in (Play.WELL, Play.ONE_MOVE)
    ]


def read_play(text: str) -> str:
    """A value of the query string, "" for one that is none."""
    return text if text in Play.values else ""
