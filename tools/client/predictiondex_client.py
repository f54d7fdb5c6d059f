"""A typed client of the PredictionDex API; needs httpx and nothing else.

    with Client("http://127.0.0.1:8000", key="pdx_...") as dex:
        print(dex.predict("pikachu", "thunderbolt", "charizard", "flamethrower").win_probability)

Pokémon and moves are named by id, slug or name. An answer other than a success raises
``ApiError``, which carries the problem document. A client that was told to wait, by 429 or 503,
waits as long as it was told, some times, before it gives up.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self, TypedDict

import httpx

Reference = int | str
Side = Literal["A", "B"]

_WAITED_FOR = (429, 503)


class Setup(TypedDict, total=False):
    """How a Pokémon was trained; anything left out follows the standard rules."""

    level: int
    nature: str
    ivs: int | dict[str, int]
    avs: int | dict[str, int]
    friendship: int


class Duel(TypedDict, total=False):
    """A body of ``predict/battle/``; the set-ups may be left out."""

    pokemon_a_id: Reference
    pokemon_b_id: Reference
    move_a_id: Reference
    move_b_id: Reference
    setup_a: Setup
    setup_b: Setup


@dataclass(frozen=True)
class Prediction:
    """``win_probability`` is the probability that A wins."""

    predicted_winner: Side
    win_probability: float
    model_version: str


@dataclass(frozen=True)
class RankedMove:
    move_id: int
    move: str
    win_probability: float
    reply_id: int
    reply: str


@dataclass(frozen=True)
class BestMove:
    """A's moves, best first, each against B's best reply to it."""

    predicted_winner: Side
    win_probability: float
    recommended_move_id: int
    recommended_move: str
    ranking: tuple[RankedMove, ...]


@dataclass(frozen=True)
class BattleState:
    """A played battle; ``choices`` are slugs, empty where there is nothing to choose."""

    id: str
    turn: int
    is_over: bool
    result: str
    choices: tuple[str, ...]
    sides: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Advice:
    """How to play a turn if both sides play well; moves are slugs.

    win_probability  yours
    strategy         how often to use each move; empty where there is no choice or no model
    worth            your chance to win with each move that can be used
    """

    win_probability: float
    strategy: dict[str, float]
    worth: dict[str, float]


class ApiError(Exception):
    """The API refused; ``problem`` is its RFC 9457 document."""

    def __init__(self, status: int, problem: Mapping[str, Any]):
        super().__init__(f"{status}: {problem.get('detail', 'no detail')}")
        self.status = status
        self.problem = problem

    @property
    def name(self) -> str:
        """What to switch on: ``invalid_request``, ``throttled``, ..."""
        return str(self.problem.get("type", "")).rpartition(":")[2]


class Client:
    """One connection pool. ``retries``: how often it waits and tries again when told to."""

    def __init__(
        self,
        url: str,
        *,
        key: str = "",
        language: str = "en",
        timeout: float = 30.0,
        retries: int = 3,
    ) -> None:
        headers = {"Accept-Language": language}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self.retries = retries
        self._http = httpx.Client(base_url=f"{url}/api/v1/", headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def predict(
        self,
        pokemon_a: Reference,
        move_a: Reference,
        pokemon_b: Reference,
        move_b: Reference,
        *,
        setup_a: Setup | None = None,
        setup_b: Setup | None = None,
    ) -> Prediction:
        """Who wins when each side uses its one move every turn."""
        body = {
            "pokemon_a_id": pokemon_a,
            "move_a_id": move_a,
            "pokemon_b_id": pokemon_b,
            "move_b_id": move_b,
            "setup_a": setup_a,
            "setup_b": setup_b,
        }
        answer = self._post("predict/battle/", body)
        return _prediction(answer, answer["model_version"])

    def predict_batch(self, duels: Sequence[Duel]) -> list[Prediction | ApiError]:
        """Up to 1,000 duels in one call, answered in order; a wrong one by an error."""
        answer = self._post("predict/batch/", {"duels": list(duels)})
        return [
            ApiError(400, {"detail": row["errors"][0]["reason"], "errors": row["errors"]})
            if "errors" in row
            else _prediction(row, answer["model_version"])
            for row in answer["results"]
        ]

    def best_move(
        self,
        pokemon_a: Reference,
        pokemon_b: Reference,
        *,
        moves_a: Sequence[Reference] | None = None,
        moves_b: Sequence[Reference] | None = None,
    ) -> BestMove:
        """A's moves ranked; without moves every damaging one that the Pokémon can use."""
        answer = self._post(
            "predict/best-move/",
            {
                "pokemon_a_id": pokemon_a,
                "pokemon_b_id": pokemon_b,
                "moves_a": moves_a,
                "moves_b": moves_b,
                "reasons": False,
            },
        )
        return BestMove(
            answer["predicted_winner"],
            answer["win_probability"],
            answer["recommended_move_id"],
            answer["recommended_move"],
            tuple(
                RankedMove(
                    row["move_id"],
                    row["move"],
                    row["win_probability"],
                    row["reply_id"],
                    row["reply"],
                )
                for row in answer["ranking"]
            ),
        )

    def pokemon(self, reference: Reference) -> dict[str, Any]:
        return self._ask("GET", f"pokemon/{reference}/")

    def all_pokemon(self, **filters: str) -> Iterator[dict[str, Any]]:
        """Every Pokémon that fits, page by page."""
        for page in range(1, 1_000):
            answer = self._ask("GET", "pokemon/", params={**filters, "page": str(page)})
            yield from answer["results"]
            if answer["next"] is None:
                return

    def new_battle(
        self,
        pokemon_a: Reference,
        pokemon_b: Reference,
        *,
        strength: str = "strongest",
        seed: int | None = None,
    ) -> "Battle":
        """Begin a battle against the program, playing A."""
        body = {
            "pokemon_a_id": pokemon_a,
            "pokemon_b_id": pokemon_b,
            "strength": strength,
            "seed": seed,
        }
        answer = self._post("battles/", body)
        return Battle(self, answer["secret"], _state(answer))

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What is None is left out of the body."""
        return self._ask(
            "POST", path, json={key: value for key, value in body.items() if value is not None}
        )

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        for left in range(self.retries, -1, -1):
            response = self._http.request(method, path, **options)
            if left and response.status_code in _WAITED_FOR and "Retry-After" in response.headers:
                time.sleep(float(response.headers["Retry-After"]))
                continue
            break
        if response.is_success:
            answer: dict[str, Any] = response.json()
            return answer
        is_problem = response.headers.get("Content-Type") == "application/problem+json"
        raise ApiError(
            response.status_code, response.json() if is_problem else {"detail": response.text}
        )


class Battle:
    """A battle that this client plays; ``state`` is how it stands."""

    def __init__(self, client: Client, secret: str, state: BattleState) -> None:
        self._client = client
        self._secret = secret
        self.state = state

    def choose(self, move: Reference | None) -> BattleState:
        """Use a move; None where there is nothing to choose. Plays the turn."""
        answer = self._client._ask(
            "POST",
            f"battles/{self.state.id}/move/",
            json={"secret": self._secret, "turn": self.state.turn, "move_id": move},
        )
        self.state = _state(answer)
        return self.state

    def advice(self) -> Advice:
        """What to do now."""
        answer = self._client._ask(
            "GET", f"battles/{self.state.id}/advice/", headers={"Battle-Secret": self._secret}
        )
        worth = {move["move"]: move["worth"] for move in answer["moves"]}
        return Advice(answer["win_probability"], answer["strategy"], worth)

    def log(self) -> str:
        """The battle so far in the protocol of Showdown's logs."""
        return str(self._client._ask("GET", f"battles/{self.state.id}/log/")["protocol"])


def _prediction(row: Mapping[str, Any], version: str) -> Prediction:
    return Prediction(row["predicted_winner"], row["win_probability"], version)


def _state(answer: Mapping[str, Any]) -> BattleState:
    return BattleState(
        answer["id"],
        answer["turn"],
        answer["is_over"],
        answer["result"],
        tuple(choice["move"] for choice in answer["choices"]),
        answer["sides"],
    )
