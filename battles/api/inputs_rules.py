"""Bodies of the endpoints that ask the rules, and of groups against each other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from battles.api.inputs import SETUPS, Reader
from battles.api.problems import FieldError, Problem, kind_of
from mlcore import counters
from mlcore.gamedata import GameData
from mlcore.setup_rules import FLAT, Raising

#: Uses whose chance to knock out is told, by default and at most.
USES, MAX_USES = 4, 10
MAX_CALCULATIONS = 200
#: So many wrong rows are told with suggestions.
FULL_ERRORS = 20
BLOW_KEYS = ("pokemon_a_id", "pokemon_b_id", "move_a_id", *SETUPS)
DAMAGE_KEYS = (*BLOW_KEYS, "uses")

PLAYS, MAX_PLAYS = 1000, 10_000
#: Side that looks ahead: so many battles at most, with so many playouts a decision.
MAX_SEARCHED_PLAYS, SEARCH_BUDGET = 25, 50
#: Seeds that every JSON reader keeps exactly.
MAX_SEED = 2**53 - 1
#: In the order of mlcore.engine.policies.
POLICIES = ("random", "strongest", "search")
SIMULATE_KEYS = (
    "pokemon_a_id",
    "pokemon_b_id",
    "move_a_id",
    "move_b_id",
    "moves_a",
    "moves_b",
    *SETUPS,
    "plays",
    "seed",
    "policy_a",
    "policy_b",
)

MAX_GROUP = 16
MATRIX_KEYS = ("group_a", "group_b")
MEMBER_KEYS = ("pokemon_id", "moves", "setup")


@dataclass(frozen=True)
class Blow:
    """One move of A on B, as indices into the game's tables."""

    pokemon_a: int
    move: int
    pokemon_b: int
    setup_a: Raising
    setup_b: Raising


@dataclass(frozen=True)
class Blows:
    """Blows to calculate, their positions in the request, and what is wrong with the others."""

    blows: list[Blow]
    rows: list[int]
    errors: Mapping[int, tuple[FieldError, ...]]
    count: int
    uses: int


def read_damage(body: Any, game: GameData) -> tuple[Blow, int]:
    """The blow of a ``damage/`` body, and up to how many uses to look."""
    reader = Reader(body, game, DAMAGE_KEYS)
    blow = _blow(reader)
    uses = reader.integer("uses", 1, MAX_USES, USES)
    reader.finish()
    return blow, uses


def _blow(reader: Reader) -> Blow:
    a = reader.form("pokemon_a_id")
    b = reader.form("pokemon_b_id", fighting=False)
    move = reader.move("move_a_id", a)
    # Where something is None, ``finish`` raises before anybody looks.
    return Blow(a, move, b, *(reader.setup(key) for key in SETUPS))  # type: ignore[arg-type]


def read_damage_batch(body: Any, game: GameData) -> Blows:
    """The blows of a ``damage/batch/`` body; raises Problem when it holds no list of them."""
    reader = Reader(body, game, ("calculations", "uses"))
    given = _list(reader, "calculations", MAX_CALCULATIONS, "calculations")
    uses = reader.integer("uses", 1, MAX_USES, USES)
    reader.finish()
    blows, rows, errors = [], [], {}
    for position, row in enumerate(given):
        brief = len(errors) >= FULL_ERRORS
        try:
            inner = Reader(row, game, BLOW_KEYS, name="calculation", brief=brief)
            blow = _blow(inner)
            inner.finish()
        except Problem as problem:
            errors[position] = problem.errors
        else:
            blows.append(blow)
            rows.append(position)
    return Blows(blows, rows, errors, len(given), uses)


def _list(reader: Reader, field: str, most: int, noun: str) -> list[Any]:
    """A list of 1 to ``most`` values; an empty one stands in for what is none."""
    allowed = f"a list of 1 to {most} {noun}"
    if field not in reader.body:
        reader.errors.append(FieldError(field, "required", f"{field} is missing.", allowed))
        return []
    given = reader.body[field]
    if not isinstance(given, list):
        reason = f"{field} must be a list, not {kind_of(given)}."
        reader.errors.append(FieldError(field, "wrong_type", reason, allowed))
        return []
    if not 1 <= len(given) <= most:
        reason = f"{field} must hold 1 to {most} {noun}, not {len(given)}."
        reader.errors.append(FieldError(field, "wrong_length", reason, allowed))
        return []
    return given


@dataclass(frozen=True)
class Simulation:
    """What to play, as indices into the game's tables; ``seed`` None: any."""

    pokemon_a: int
    pokemon_b: int
    moves_a: tuple[int, ...]
    moves_b: tuple[int, ...]
    setup_a: Raising
    setup_b: Raising
    plays: int
    seed: int | None
    policy_a: str
    policy_b: str


def read_simulation(body: Any, game: GameData) -> Simulation:
    """The body of ``simulate/``: each side with one move or with up to four."""
    reader = Reader(body, game, SIMULATE_KEYS, status_moves=True)
    forms = {side: reader.form(f"pokemon_{side}_id", fighting=False) for side in "ab"}
    given = {side: _moves(reader, side, forms[side]) for side in "ab"}
    setups = [reader.setup(key) for key in SETUPS]
    policies = [reader.choice(f"policy_{side}", POLICIES, POLICIES[0]) for side in "ab"]
    searched = "search" in policies
    most = MAX_SEARCHED_PLAYS if searched else MAX_PLAYS
    plays = reader.integer("plays", 1, most, min(PLAYS, most))
    seed = reader.integer("seed", 0, MAX_SEED, 0) if "seed" in reader.body else None
    reader.finish()
    a, b = forms["a"], forms["b"]
    assert a is not None
    assert b is not None
    return Simulation(
        pokemon_a=a,
        pokemon_b=b,
        moves_a=given["a"] or moves_against(game, a, b),
        moves_b=given["b"] or moves_against(game, b, a),
        setup_a=setups[0],
        setup_b=setups[1],
        plays=plays,
        seed=seed,
        policy_a=policies[0],
        policy_b=policies[1],
    )


def _moves(reader: Reader, side: str, form: int | None) -> tuple[int, ...] | None:
    """The moves that a side was given, under either name; None without any."""
    one, several = f"move_{side}_id", f"moves_{side}"
    if one in reader.body and several in reader.body:
        reason = f"{one} and {several} cannot both be given."
        reader.errors.append(FieldError(several, "contradiction", reason, f"{one} or {several}"))
        return None
    if one in reader.body:
        move = reader.move(one, form)
        return None if move is None else (move,)
    return reader.given_moves(several, form) if several in reader.body else None


def moves_against(game: GameData, user: int, target: int) -> tuple[int, ...]:
    """Up to four moves that promise most damage; where none deals any, the first ones."""
    strongest = counters.strongest_moves(game, user, target)
    if not len(strongest):
        strongest = game.usable_moves(user, damaging=False)[: counters.STRONGEST]
    return tuple(strongest.tolist())


@dataclass(frozen=True)
class Member:
    """One of a group, as indices into the game's tables; ``moves`` None: the strongest."""

    form: int
    moves: tuple[int, ...] | None
    setup: Raising = FLAT


def read_groups(body: Any, game: GameData) -> tuple[list[Member], list[Member]]:
    """Both groups of a ``predict/matrix/`` body."""
    reader = Reader(body, game, MATRIX_KEYS)
    groups = [
        _group(reader, name, _list(reader, name, MAX_GROUP, "Pokémon")) for name in MATRIX_KEYS
    ]
    reader.finish()
    return groups[0], groups[1]


def _group(reader: Reader, name: str, given: list[Any]) -> list[Member]:
    members: list[Member] = []
    for position, value in enumerate(given):
        place = f"{name}[{position}]"
        brief = len(reader.errors) >= FULL_ERRORS
        try:
            inner = Reader(value, reader.game, MEMBER_KEYS, name=place, brief=brief)
        except Problem as problem:
            reader.errors += problem.errors
            continue
        form = inner.form("pokemon_id")
        moves = inner.given_moves("moves", form) if "moves" in inner.body else None
        setup = inner.setup("setup")
        reader.errors += [replace(error, field=f"{place}.{error.field}") for error in inner.errors]
        if form is not None:
            members.append(Member(form, moves, setup))
    return members
