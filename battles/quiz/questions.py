"""Questions of the quiz: pure functions of the game's facts and a seed, in codes and numbers.

A question is never stored. Its seed is a keyed hash of a ``Ticket``, so whoever holds the ticket's
signed token can neither read the answer out of it nor compute it from the public source; pages and
API make the same question again when an answer arrives.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from django.core import signing
from django.utils.crypto import salted_hmac

from mlcore.engine import effectiveness
from mlcore.engine.simulate import simulate_duels
from mlcore.engine.specs import NO_TYPE, REACTIVE, TWO_TURNS, Effect, MoveColumn, Setups
from mlcore.exact import columns
from mlcore.exact.duel import fighter_rows, solve, uses_to_win
from mlcore.game.duel_facts import first_to_move
from mlcore.game.gamedata import GameData

KINDS = ("types", "moves", "winner")
LEVELS = ("easy", "medium", "hard")
DEFAULT_LEVEL = LEVELS[0]
#: Kinds of rounds: one of KINDS, or all in turn.
ROUND_KINDS = (*KINDS, "mixed")

_SALT = "battles.quiz"
#: Simulated battles per question.
PLAYS = 1_000
#: The best choice must beat the next by a factor in this range.
_DAMAGE_GAPS = {"easy": (2.0, np.inf), "medium": (1.35, 2.0), "hard": (1.1, 1.35)}
#: How often the favorite wins.
_FAVORITES = {"easy": (0.95, 1.0), "medium": (0.8, 0.95), "hard": (0.65, 0.8)}
_BATCH = 48
_BATCHES = 25
#: Moves that one use does not describe: they need a second turn or a certain foe, or cost HP.
_SPECIAL_EFFECTS = (
    Effect.ONE_HIT_KO,
    *REACTIVE,
    Effect.SELF_DESTRUCT,
    *TWO_TURNS,
    Effect.TARGET_ASLEEP_ONLY,
    Effect.TARGET_ATTACKING_ONLY,
    Effect.FIRST_TURN_ONLY,
)
#: Moves whose damage does not follow the type chart, immunity excepted.
_UNSCALED_EFFECTS = (Effect.LEVEL_DAMAGE, Effect.RANDOM_LEVEL_DAMAGE, Effect.HALF_HP_DAMAGE)


class BadToken(ValueError):
    """A token that this site did not sign."""


class NoQuestion(LookupError):
    """No question of that kind and level is possible with these facts."""


@dataclass(frozen=True)
class TypeQuestion:
    """How effective is a type against one or two others? ``parts``: percent by defending type.

    At the hard level ``move`` and ``pokemon`` (slugs) stand in for the types.
    """

    kind: ClassVar[str] = "types"
    attacking: str
    defending: tuple[str, ...]
    parts: tuple[int, ...]
    percent: int
    move: str = ""
    pokemon: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """Multipliers in percent."""
        several = len(self.defending) > 1 or self.pokemon
        return ("0", "25", "50", "100", "200", "400") if several else ("0", "50", "100", "200")

    @property
    def answer(self) -> int:
        return self.choices.index(str(self.percent))


@dataclass(frozen=True)
class MoveQuestion:
    """Which of four moves deals the most damage? ``damage``: expected shares of the foe's HP.

    Exact expectation over rolls, critical hits, number of hits and misses, not capped at a
    knock-out. ``percents`` is the type effectiveness of each move as far as it counts.
    """

    kind: ClassVar[str] = "moves"
    attacker: str
    defender: str
    moves: tuple[str, ...]
    damage: tuple[float, ...]
    percents: tuple[int, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        return self.moves

    @property
    def answer(self) -> int:
        return self.damage.index(max(self.damage))


@dataclass(frozen=True)
class WinnerQuestion:
    """Who wins when both use one move every turn? Decided by simulated battles."""

    kind: ClassVar[str] = "winner"
    a: str
    move_a: str
    b: str
    move_b: str
    plays: int
    wins_a: int
    wins_b: int
    #: Who moves first: "A", "B" or "tie".
    first: str

    @property
    def choices(self) -> tuple[str, ...]:
        return ("a", "b")

    @property
    def answer(self) -> int:
        return 0 if self.wins_a > self.wins_b else 1

    @property
    def share_a(self) -> float:
        return (self.wins_a + (self.plays - self.wins_a - self.wins_b) / 2) / self.plays


Question = TypeQuestion | MoveQuestion | WinnerQuestion


# Tickets and tokens


@dataclass(frozen=True)
class Ticket:
    """Names one question: the round it belongs to, its place there, what is asked, of which facts.

    ``fingerprint`` is the beginning of the game data's.
    """

    round: str
    index: int
    kind: str
    level: str
    fingerprint: str

    @property
    def token(self) -> str:
        """Signed; identifies the question without giving away the answer."""
        return signing.dumps(
            [self.round, self.index, self.kind, self.level, self.fingerprint], salt=_SALT
        )

    @classmethod
    def read(cls, token: str) -> "Ticket":
        """The ticket in ``token``; raises BadToken."""
        try:
            return cls(*signing.loads(token[:400], salt=_SALT))
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise BadToken("not a token of this site") from error

    @property
    def seed(self) -> int:
        """Reproducible here, unpredictable without the site's key."""
        text = f"{self.round}/{self.index}/{self.kind}/{self.level}"
        return int.from_bytes(salted_hmac(_SALT, text, algorithm="sha256").digest()[:8])


def new_round_id() -> str:
    return secrets.token_urlsafe(9)


def fingerprint(game: GameData) -> str:
    """A fingerprint of the question's facts, short enough for a token."""
    return game.fingerprint[:12]


def ask(game: GameData, ticket: Ticket) -> Question:
    """The ticket's question, always the same. Raises NoQuestion."""
    return make_question(game, ticket.seed, ticket.kind, ticket.level)


@lru_cache(maxsize=512)
def make_question(game: GameData, seed: int, kind: str, level: str) -> Question:
    """A question of ``kind`` (KINDS) at ``level`` (LEVELS) from a 64-bit seed; NoQuestion."""
    return _MAKERS[kind](game, np.random.default_rng(seed), level)


# Types


def _make_types(game: GameData, rng: np.random.Generator, level: str) -> TypeQuestion:
    if level == "hard":
        return _make_move_on_pokemon(game, rng)
    chart = game.tables.type_chart
    pairs = {tuple(sorted(int(t) for t in row)) for row in game.tables.form_types}
    foes = sorted(pair for pair in pairs if (pair[1] == NO_TYPE) == (level == "easy"))
    cases = [(a, foe) for a in range(NO_TYPE) for foe in foes]
    percents = [int(effectiveness.percent(chart, a, *foe)) for a, foe in cases]
    percent, (attacking, foe) = _draw_by_percent(rng, percents, cases)
    return _type_question(game, attacking, foe, percent)


def _make_move_on_pokemon(game: GameData, rng: np.random.Generator) -> TypeQuestion:
    moves = np.flatnonzero(_plain_moves(game) & ~_is_unscaled(game))
    move_types = game.tables.moves[moves, MoveColumn.TYPE]
    forms = game.tables.form_types
    grid = effectiveness.percent(game.tables.type_chart, move_types[:, None], *forms.T)
    cases = [(int(i), int(j)) for i, j in np.ndindex(grid.shape)]
    percent, (row, form) = _draw_by_percent(rng, grid.ravel().tolist(), cases)
    foe = tuple(int(t) for t in forms[form])
    return _type_question(
        game,
        int(move_types[row]),
        foe,
        percent,
        move=game.move_slugs[moves[row]],
        pokemon=game.form_slugs[form],
    )


def _type_question(
    game: GameData, attacking: int, foe: tuple[int, ...], percent: int, **more: str
) -> TypeQuestion:
    slugs, chart = game.tables.type_slugs, game.tables.type_chart
    defending = [type_ for type_ in foe if type_ != NO_TYPE]
    return TypeQuestion(
        attacking=slugs[attacking],
        defending=tuple(slugs[type_] for type_ in defending),
        parts=tuple(int(chart[attacking, type_]) for type_ in defending),
        percent=percent,
        **more,
    )


def _draw_by_percent(
    rng: np.random.Generator, percents: list[int], cases: list[Any]
) -> tuple[int, Any]:
    """Draws a multiplier uniformly, then a case that has it."""
    if not cases:
        raise NoQuestion("no types to ask about")
    percent = int(rng.choice(sorted(set(percents))))
    fitting = [case for case, value in zip(cases, percents, strict=True) if value == percent]
    return percent, fitting[int(rng.integers(len(fitting)))]


# Moves


def _plain_moves(game: GameData) -> np.ndarray:
    """bool (m,): damaging moves whose single use tells all."""
    effects = game.tables.moves[:, MoveColumn.EFFECT]
    return game.tables.damaging & ~np.isin(effects, _SPECIAL_EFFECTS)


def _is_unscaled(game: GameData) -> np.ndarray:
    """bool (m,): moves whose damage ignores effectiveness."""
    rows = game.tables.moves
    return np.isin(rows[:, MoveColumn.EFFECT], _UNSCALED_EFFECTS) | (
        rows[:, MoveColumn.FIXED_DAMAGE] > 0
    )


def expected_damage(
    game: GameData, a: np.ndarray, move: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Expected damage of one use to a foe at full HP, misses included, and the foe's HP.

    Forms under standard rules; float64 (k,) and int64 (k,).
    """
    tables = game.tables
    # The foe's move does not matter for a single use.
    rows = fighter_rows(tables, Setups.flat(a), move, Setups.flat(b), move)
    uses = uses_to_win(tables, rows)[:, 0]
    mean = uses[:, columns.MEAN_DAMAGE] * uses[:, columns.HIT_CHANCE]
    return mean, rows[:, 1, 0]


def _effectiveness(game: GameData, move: np.ndarray, form: np.ndarray) -> np.ndarray:
    kinds, foes = game.tables.moves[move, MoveColumn.TYPE], game.tables.form_types[form]
    return effectiveness.percent(game.tables.type_chart, kinds, *foes.T)


def _make_moves(game: GameData, rng: np.random.Generator, level: str) -> MoveQuestion:
    low, high = _DAMAGE_GAPS[level]
    known = game.tables.usable & _plain_moves(game)
    able = np.flatnonzero(known.sum(axis=1) >= 4)
    for attackers, defenders in _pairs(game, rng, able):
        moves = np.stack([rng.permutation(np.flatnonzero(known[a]))[:4] for a in attackers])
        rows = [np.repeat(attackers, 4), moves.ravel(), np.repeat(defenders, 4)]
        mean, hp = expected_damage(game, *rows)
        shares = (mean / hp).reshape(-1, 4)
        ordered = np.sort(shares, axis=1)
        gaps = ordered[:, 3] / np.maximum(ordered[:, 2], 1e-9)
        # If a second move KOs as reliably, the question has no single answer.
        fits = (gaps >= low) & (gaps < high) & (ordered[:, 2] > 0.02) & (ordered[:, 2] < 1)
        if fits.any():
            k = int(np.flatnonzero(fits)[0])
            percents = _effectiveness(game, moves[k], np.repeat(defenders[k], 4))
            percents[_is_unscaled(game)[moves[k]] & (percents > 0)] = 100
            return MoveQuestion(
                attacker=game.form_slugs[attackers[k]],
                defender=game.form_slugs[defenders[k]],
                moves=tuple(game.move_slugs[move] for move in moves[k]),
                damage=tuple(float(share) for share in shares[k]),
                percents=tuple(int(percent) for percent in percents),
            )
    raise NoQuestion(f"no four moves that differ as a {level} question asks for")


# Winners


def _make_winner(game: GameData, rng: np.random.Generator, level: str) -> WinnerQuestion:
    low, high = _FAVORITES[level]
    known = game.tables.usable & _plain_moves(game)
    able = np.flatnonzero(known.any(axis=1))
    for forms_a, forms_b in _pairs(game, rng, able):
        moves_a = _one_of_the_strongest(game, rng, known, forms_a, forms_b)
        moves_b = _one_of_the_strongest(game, rng, known, forms_b, forms_a)
        a, b = Setups.flat(forms_a), Setups.flat(forms_b)
        fighters = fighter_rows(game.tables, a, moves_a, b, moves_b)
        ends = solve(game.tables, fighters)
        favorite = ends[:, [columns.WIN_A, columns.WIN_B]].max(axis=1)
        for k in np.flatnonzero((favorite >= low) & (favorite <= high))[:4]:
            outcome = simulate_duels(
                game.tables,
                a.take(np.array([k])),
                moves_a[k : k + 1],
                b.take(np.array([k])),
                moves_b[k : k + 1],
                plays=PLAYS,
                seed=int(rng.integers(2**62)),
            )
            wins = int(outcome.wins_a[0]), int(outcome.wins_b[0])
            # The simulation decides; pairs it leaves too close are skipped.
            if max(wins) < 0.6 * PLAYS:
                continue
            return WinnerQuestion(
                a=game.form_slugs[forms_a[k]],
                move_a=game.move_slugs[moves_a[k]],
                b=game.form_slugs[forms_b[k]],
                move_b=game.move_slugs[moves_b[k]],
                plays=PLAYS,
                wins_a=wins[0],
                wins_b=wins[1],
                first=first_to_move(
                    game.tables,
                    *fighters[k, :, 5].tolist(),
                    int(moves_a[k]),
                    int(moves_b[k]),
                ),
            )
    raise NoQuestion(f"no pair that is as open as a {level} question asks for")


def _one_of_the_strongest(
    game: GameData, rng: np.random.Generator, known: np.ndarray, own: np.ndarray, foe: np.ndarray
) -> np.ndarray:
    """For each pair, one of the three moves with the highest expected damage, int64 (k,)."""
    lists = [np.flatnonzero(known[form]) for form in own]
    counts = [len(options) for options in lists]
    moves = np.concatenate(lists)
    mean, _hp = expected_damage(game, np.repeat(own, counts), moves, np.repeat(foe, counts))
    chosen, start = [], 0
    for count in counts:
        best = np.argsort(-mean[start : start + count], kind="stable")[:3]
        chosen.append(moves[start + int(rng.choice(best))])
        start += count
    return np.array(chosen, dtype=np.int64)


def _pairs(
    game: GameData, rng: np.random.Generator, able: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Batches of two different species each, from ``able``; int64 (k,) twice."""
    if len(set(game.form_species[able].tolist())) < 2:
        raise NoQuestion("too few Pokémon with moves to ask about")
    for _ in range(_BATCHES):
        one, other = rng.choice(able, _BATCH), rng.choice(able, _BATCH)
        differ = game.form_species[one] != game.form_species[other]
        if differ.any():
            yield one[differ], other[differ]


_MAKERS: dict[str, Callable[[GameData, np.random.Generator, str], Question]] = {
    "types": _make_types,
    "moves": _make_moves,
    "winner": _make_winner,
}
