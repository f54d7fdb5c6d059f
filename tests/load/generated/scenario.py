"""What the generated clients ask the API for: every operation, once with success, once refused.

A scenario is a generator: it yields Ask, is sent the client's own model of the answer, and looks at
its attributes. Whoever drives it (through_*.py) also checks that the model is that of the schema
and holds all that the server said. Nothing of the project is imported here: the drivers run in an
environment of their own.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Ask:
    """One call: the operation, its parameters, its body, and what comes back.

    answer   name of the model in the schema
    status   of the answer
    problem  end of its ``type``, if it is refused
    key      an API key, or none
    """

    operation: str
    parameters: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    answer: str = "ProblemDocument"
    status: int = 200
    problem: str = ""
    key: str = ""


def same(there: Any, here: Any) -> bool:
    """Whether both say the same in JSON; a moment may be written in two ways."""
    if isinstance(there, dict) and isinstance(here, dict):
        return there.keys() == here.keys() and all(same(there[key], here[key]) for key in there)
    if isinstance(there, list) and isinstance(here, list):
        return len(there) == len(here) and all(map(same, there, here))
    if there != here and isinstance(there, str) and isinstance(here, str):
        try:
            return datetime.fromisoformat(there) == datetime.fromisoformat(here)
        except ValueError:
            return False
    return bool(there == here)


def holds(there: Any, here: Any) -> bool:
    """Whether ``there`` is ``here`` with nothing but keys added, such as defaults."""
    if isinstance(there, dict) and isinstance(here, dict):
        return here.keys() <= there.keys() and all(holds(there[key], here[key]) for key in here)
    if isinstance(there, list) and isinstance(here, list):
        return len(there) == len(here) and all(map(holds, there, here))
    return bool(there == here)


PIKACHU, CHARIZARD = {"id_or_slug": "pikachu"}, {"id_or_slug": "charizrd"}
SETUP = {"level": 50, "nature": "timid", "ivs": 31, "avs": {"speed": 20}, "friendship": 200}
SHORT = {"ivs": {"atk": 0, "spe": 30}, "avs": 12}
DUEL = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": 6,
    "move_a_id": "thunderbolt",
    "move_b_id": 53,
    "setup_a": SETUP,
    "setup_b": SHORT,
}
WRONG = {**DUEL, "pokemon_b_id": "charizrd"}
MATCHUP = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": "charizard",
    "moves_a": ["thunderbolt", 98],
    "moves_b": ["flamethrower", "slash"],
}
CALCULATION = {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard", "move_a_id": "thunderbolt"}
PAGES = ("movesfact_list", "pokemonfact_list", "typesfact_list", "bosses_list", "rankings_list")


def drive(ask: Callable[[Ask], Any]) -> None:
    """Let a client ask all of it, and print what was done."""
    steps, answer = scenario(), None
    while True:
        try:
            asked = steps.send(answer)
        except StopIteration:
            return
        answer = ask(asked)
        print(asked.operation, asked.problem or "success", flush=True)


def scenario() -> Generator[Ask, Any, None]:
    yield from _facts()
    yield from _predictions()
    yield from _battle()
    yield from _quiz()


def _refused(operation: str, status: int, problem: str, **more: Any) -> Generator[Ask, Any, None]:
    document = yield Ask(operation, status=status, problem=problem, **more)
    assert document.status == status
    # One client avoids Python's own names with an underscore.
    name = getattr(document, "type_", None) or document.type
    assert name == f"urn:predictiondex:problem:{problem}", name
    assert document.title
    assert document.detail


def _facts() -> Generator[Ask, Any, None]:
    page = yield Ask(
        "pokemonfact_list", {"type": "fire", "kind": "mega"}, answer="PaginatedPokemonSummaryList"
    )
    assert [row.slug for row in page.results] == ["charizard-mega-x", "charizard-mega-y"]
    page = yield Ask("pokemonfact_list", {"page_size": 2}, answer="PaginatedPokemonSummaryList")
    assert page.count == 188
    assert len(page.results) == 2
    pokemon = yield Ask("pokemon_retrieve", {**PIKACHU, "lang": "fr"}, answer="PokemonDetail")
    assert pokemon.names.fr == "Pikachu"
    assert pokemon.base_stats.speed == 90
    sets = yield Ask("pokemon_best_moves", {**PIKACHU, "against": "boss:brock"}, answer="BestMoves")
    assert 0 <= sets.win_probability <= 1
    counters = yield Ask("pokemon_counters", {**PIKACHU, "megas": "no"}, answer="Counters")
    assert counters.counters
    moves = yield Ask(
        "pokemon_moves", {**PIKACHU, "search": "bolt"}, answer="PaginatedLearnableMoveList"
    )
    assert [row.slug for row in moves.results] == ["thunderbolt"]
    weak = yield Ask("pokemon_weaknesses", PIKACHU, answer="Weaknesses")
    assert {row.multiplier for row in weak.affinities} == {0.5, 1, 2}
    for operation in ("retrieve", "best_moves", "counters", "moves", "weaknesses"):
        yield from _refused(f"pokemon_{operation}", 404, "not_found", parameters=CHARIZARD)

    page = yield Ask(
        "movesfact_list", {"damage_class": "status"}, answer="PaginatedMoveSummaryList"
    )
    assert page.results[0].power is None
    move = yield Ask("moves_retrieve", {"id_or_slug": "85"}, answer="MoveDetail")
    assert (move.slug, move.power) == ("thunderbolt", 90)
    yield from _refused("moves_retrieve", 404, "not_found", parameters={"id_or_slug": "thundrbolt"})

    page = yield Ask("typesfact_list", answer="PaginatedTypeSummaryList")
    assert page.count == 18
    type_ = yield Ask("types_retrieve", {"slug": "ground"}, answer="TypeDetail")
    assert {row.multiplier for row in type_.attacking} == {0, 0.5, 1, 2}
    page = yield Ask("types_pokemon", {"slug": "dragon"}, answer="PaginatedPokemonSummaryList")
    assert "dragonite" in {row.slug for row in page.results}
    page = yield Ask("types_affinities", {"multiplier": "0.5"}, answer="PaginatedAffinityList")
    assert {row.multiplier for row in page.results} == {0.5}
    one = yield Ask(
        "types_affinity", {"attacking": "electric", "defending": "ground"}, answer="Affinity"
    )
    assert one.multiplier == 0
    for operation in ("types_retrieve", "types_pokemon"):
        yield from _refused(operation, 404, "not_found", parameters={"slug": "sound"})
    nowhere = {"attacking": "electric", "defending": "sound"}
    yield from _refused("types_affinity", 404, "not_found", parameters=nowhere)
    yield from _refused("types_affinities", 404, "not_found", parameters={"page": 999})

    page = yield Ask("bosses_list", {"role": "champion"}, answer="PaginatedBossSummaryList")
    assert page.results
    boss = yield Ask("bosses_retrieve", {"id_or_slug": "brock"}, answer="BossDetail")
    assert boss.team[0].moves
    yield from _refused("bosses_retrieve", 404, "not_found", parameters={"id_or_slug": "brok"})

    page = yield Ask("rankings_list", {"page_size": 3, "ordering": "-place"}, answer="RankingPage")
    assert page.results[0].place > page.results[2].place
    for operation in PAGES:
        yield from _refused(operation, 404, "not_found", parameters={"page": 999})

    model = yield Ask("model_retrieve", answer="ModelAnswer")
    assert model.version == "v1"
    yield from _refused("model_retrieve", 401, "unauthenticated", key="pdx_nobody")


def _predictions() -> Generator[Ask, Any, None]:
    one = yield Ask("predict_battle", body=DUEL, answer="BattlePrediction")
    assert 0 <= one.win_probability <= 1
    batch = yield Ask("predict_batch", body={"duels": [DUEL, WRONG]}, answer="BatchPrediction")
    right, wrong = map(_inner, batch.results)
    assert right.win_probability == one.win_probability
    assert wrong.errors[0].suggestions[0] == "charizard"
    best = yield Ask("predict_best_move", body=MATCHUP, answer="BestMovePrediction")
    assert best.recommended_move in {"thunderbolt", "quick-attack"}
    played = yield Ask("predict_matchup", body=MATCHUP, answer="MatchupPrediction")
    assert 0 <= played.win_probability <= 1
    groups = {
        "group_a": [{"pokemon_id": "pikachu", "moves": ["thunderbolt"], "setup": SETUP}],
        "group_b": [{"pokemon_id": "Dracaufeu"}, {"pokemon_id": 3}],
    }
    matrix = yield Ask("predict_matrix", body=groups, answer="MatrixAnswer")
    assert [member.slug for member in matrix.group_b] == ["charizard", "venusaur"]

    hit = yield Ask(
        "damage_calculate", body={**CALCULATION, "setup_a": SETUP, "uses": 6}, answer="DamageAnswer"
    )
    assert hit.effectiveness == 2
    wrong_one = {**CALCULATION, "pokemon_b_id": "charizrd"}
    hits = yield Ask(
        "damage_batch", body={"calculations": [CALCULATION, wrong_one]}, answer="DamageBatchAnswer"
    )
    right, wrong = map(_inner, hits.results)
    assert right.kind == "formula"
    assert wrong.index == 1
    games = {key: value for key, value in MATCHUP.items() if key != "moves_b"}
    told = yield Ask(
        "simulate",
        body={**games, "plays": 20, "policy_a": "strongest", "seed": 7},
        answer="SimulationAnswer",
    )
    assert told.plays == 20

    yield from _invalid("predict_battle", WRONG)
    yield from _invalid("predict_best_move", {**MATCHUP, "pokemon_b_id": "charizrd"})
    yield from _invalid("predict_matchup", {**MATCHUP, "pokemon_b_id": "charizrd"})
    yield from _invalid("predict_matrix", {**groups, "group_b": [{"pokemon_id": "charizrd"}]})
    yield from _invalid("damage_calculate", wrong_one)
    yield from _invalid("simulate", {**games, "pokemon_b_id": "charizrd"})
    for operation, body in (
        ("predict_batch", {"duels": [DUEL]}),
        ("damage_batch", {"calculations": [CALCULATION]}),
    ):
        yield from _refused(operation, 401, "unauthenticated", body=body, key="pdx_nobody")


def _invalid(operation: str, body: dict[str, Any]) -> Generator[Ask, Any, None]:
    document = yield Ask(operation, body=body, status=400, problem="invalid_request")
    assert document.errors[0].suggestions[0] == "charizard"
    assert _inner(document.errors[0].allowed).startswith("an id")


def _battle() -> Generator[Ask, Any, None]:
    start = {
        **MATCHUP,
        "moves_a": ["thunderbolt", "thunder-wave"],
        "setup_a": SETUP,
        "strength": "strongest",
        "seed": 2,
    }
    battle = yield Ask("battles_create", body=start, answer="NewBattle", status=201)
    assert (battle.turn, battle.result, battle.seed) == (0, "open", None)
    assert battle.sides.a.status is None
    which = {"battle_id": battle.id}
    advice = yield Ask(
        "battles_advice", {**which, "battle_secret": battle.secret}, answer="BattleAdvice"
    )
    assert {move.move for move in advice.moves} == {"thunderbolt", "thunder-wave"}
    turn = {"secret": battle.secret, "turn": 0}
    state = yield Ask("battles_move", which, {**turn, "move_id": "thunder-wave"}, "BattleState")
    assert state.turn == 1
    assert state.sides.b.status == "paralysis"
    state = yield Ask("battles_retrieve", which, answer="BattleState")
    assert state.turn == 1
    log = yield Ask("battles_log", {**which, "lang": "fr"}, answer="BattleLogAnswer")
    assert {line.side for turn in log.turns for line in turn.lines} <= {"a", "b", ""}
    yield from _refused(
        "battles_move", 409, "stale_turn", parameters=which, body={**turn, "move_id": 85}
    )
    stranger = {**which, "battle_secret": "nobody"}
    yield from _refused("battles_advice", 403, "not_yours", parameters=stranger)
    given_up = {"secret": battle.secret, "turn": 1}
    state = yield Ask("battles_forfeit", which, given_up, "BattleState")
    assert (state.is_over, state.result, state.seed) == (True, "forfeit", 2)
    yield from _refused(
        "battles_forfeit", 403, "not_yours", parameters=which, body={**given_up, "secret": "nobody"}
    )
    nowhere = {"battle_id": "0" * 32}
    for operation in ("battles_retrieve", "battles_log"):
        yield from _refused(operation, 404, "not_found", parameters=nowhere)
    yield from _invalid("battles_create", {**start, "pokemon_b_id": "charizrd"})


def _quiz() -> Generator[Ask, Any, None]:
    question = yield Ask(
        "quiz_question", {"kind": "types", "level": "easy"}, answer="QuizQuestionAnswer"
    )
    assert question.choices
    answer = {"token": question.token, "choice": 0}
    verdict = yield Ask("quiz_answer", body=answer, answer="QuizVerdict")
    assert verdict.is_right == (verdict.answer == 0)
    yield from _refused("quiz_question", 401, "unauthenticated", key="pdx_nobody")
    yield from _refused("quiz_answer", 400, "invalid_request", body={**answer, "token": "none"})


def _inner(value: Any) -> Any:
    """OpenAPI Generator wraps a value that is of one kind or another."""
    return getattr(value, "actual_instance", value)
