"""Counters and good matchups of one form."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.core.cache import caches

from battles.common import text
from battles.compare.fighters import compare_url
from battles.compare.forms import ComparedSide, compare_query
from mlcore.engine.specs import Setups
from mlcore.game import gamedata
from mlcore.learning.model import Model
from mlcore.serving import counters
from pokedex.known_facts import known_facts
from pokedex.models import Move, Pokemon

#: How many counters and good matchups are shown.
SHOWN = 8
#: Chances that differ by less count as ties.
STEP = 0.01
CACHE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class RivalOutcome:
    """Another form and the win chance of the favored side."""

    pokemon: Pokemon
    #: The favored side's move; None if both play well.
    move: Move | None
    probability: float
    url: str
    #: The other form's set, if both play well.
    moves: list[Move] = field(default_factory=list)

    @property
    def percent(self) -> str:
        return text.percent(self.probability)

    @property
    def width(self) -> str:
        return f"{100 * self.probability:.1f}%"


@dataclass(frozen=True)
class Insights:
    counters: list[RivalOutcome]
    good_matchups: list[RivalOutcome]
    #: Opponents that it beats more often than not, and all opponents.
    beaten: int
    opponents: int
    model_version: str
    duel_count: int
    #: The form's own set, if both play well.
    own_set: list[Move] = field(default_factory=list)

    @property
    def is_well_played(self) -> bool:
        return bool(self.own_set)


@dataclass(frozen=True, eq=False)
class Answers:
    """A form against k others: who they are, and its chances when it or they choose first.

    opponents      int (k,), indices of forms
    value, reply   float (k,): P(it wins) when it picks first, and when they do
    move, move_b   int (k,): its move, and theirs; -1 for none
    sets           int (k, 4): their sets, if both play well
    """

    opponents: np.ndarray
    value: np.ndarray
    move: np.ndarray
    reply: np.ndarray
    move_b: np.ndarray
    model_version: str
    duel_count: int
    sets: np.ndarray | None = None


def outcomes(
    game: gamedata.GameData, champion: Model, form: int
) -> tuple[counters.Pairs, np.ndarray, float, str]:
    """The form vs all others under standard rules, cached until model or data change.

    Gives the pairs, the opponents' indices, the seconds it took and the model's version.
    """
    key = f"insights:{champion.version}:{game.fingerprint[:16]}:{game.version}:{form}"
    cache = caches["process"]
    if (kept := cache.get(key)) is not None:
        return kept
    started = time.perf_counter()
    opponents = np.flatnonzero(np.arange(len(game.form_slugs)) != form)
    pairs = counters.predict_pairs(
        game,
        champion,
        Setups.flat(np.full(len(opponents), form)),
        Setups.flat(opponents),
    )
    answer = (pairs, opponents, time.perf_counter() - started, champion.version)
    cache.set(key, answer, CACHE_SECONDS)
    return answer


def insights_of(game: gamedata.GameData, champion: Model, form: int, *, megas: bool) -> Insights:
    """A form’s best counters and good matchups if each side repeats one move; two queries."""
    pairs, opponents, _seconds, version = outcomes(game, champion, form)
    answers = Answers(
        opponents, pairs.value, pairs.move_a, pairs.reply, pairs.move_b, version, pairs.duel_count
    )
    return build(game, form, answers, megas=megas)


def build(
    game: gamedata.GameData,
    form: int,
    answers: Answers,
    *,
    megas: bool,
    own_set: Sequence[int] = (),
) -> Insights:
    """The best counters and good matchups among the answers."""
    slugs = [game.form_slugs[index] for index in answers.opponents]
    facts = known_facts()
    pokemon = facts.pokemon_by_slug
    own = game.form_slugs[form]
    known = [k for k, slug in enumerate(slugs) if slug in pokemon]
    if not megas:
        known = [k for k in known if pokemon[slugs[k]].kind != "mega"]
    totals = {k: pokemon[slugs[k]].base_stat_total for k in known}
    well_played = answers.sets is not None
    # Ties: the weakest counter and the strongest good matchup first.
    beats_it = sorted(
        (k for k in known if answers.reply[k] < 0.5 and (well_played or answers.move_b[k] >= 0)),
        key=lambda k: (round(float(answers.reply[k]) / STEP), totals[k]),
    )[:SHOWN]
    loses = sorted(
        (k for k in known if answers.value[k] > 0.5 and (well_played or answers.move[k] >= 0)),
        key=lambda k: (-round(float(answers.value[k]) / STEP), -totals[k]),
    )[:SHOWN]
    sets = {k: _moves_of(answers, k) for k in (*beats_it, *loses)}

    def called(indices: Iterable[int]) -> list[Move]:
        return [facts.moves_by_slug[game.move_slugs[index]] for index in indices]

    def rival(k: int, move: int, probability: float, *, is_counter: bool) -> RivalOutcome:
        theirs = ComparedSide(slugs[k], tuple(game.move_slugs[index] for index in sets[k]))
        mine = ComparedSide(own, tuple(game.move_slugs[index] for index in own_set))
        sides = (theirs, mine) if is_counter else (mine, theirs)
        return RivalOutcome(
            pokemon[slugs[k]],
            called([move])[0] if move >= 0 else None,
            probability,
            compare_url(compare_query(*sides)),
            called(sets[k]),
        )

    return Insights(
        counters=[
            rival(k, int(answers.move_b[k]), 1 - float(answers.reply[k]), is_counter=True)
            for k in beats_it
        ],
        good_matchups=[
            rival(k, int(answers.move[k]), float(answers.value[k]), is_counter=False) for k in loses
        ],
        beaten=sum(bool(answers.value[k] >= 0.5) for k in known),
        opponents=len(known),
        model_version=answers.model_version,
        duel_count=answers.duel_count,
        own_set=called(own_set),
    )


def _moves_of(answers: Answers, k: int) -> list[int]:
    return [] if answers.sets is None else [int(move) for move in answers.sets[k] if move >= 0]
