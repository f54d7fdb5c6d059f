"""A bot that plays whole battles over HTTP, with the API's own advice.

    python tools/client/battle_bot.py pikachu starmie --battles 3 --strength model

Every turn it asks ``predict/best-move/`` which of the moves it may choose does best against the
foe's best reply, and uses that one.
"""

import argparse
import sys
from collections import Counter

from predictiondex_client import ApiError, Battle, Client

#: A battle that lasts longer is given up as one that never ends.
MAX_TURNS = 1_000


def advised_move(client: Client, battle: Battle) -> str | None:
    """The recommended one of the moves that may be chosen; None where there is no choice."""
    state = battle.state
    if len(state.choices) < 2:
        return state.choices[0] if state.choices else None
    foe_moves = [move["move"] for move in state.sides["b"]["moves"]]
    try:
        advice = client.best_move(
            state.sides["a"]["slug"],
            state.sides["b"]["slug"],
            moves_a=state.choices,
            moves_b=foe_moves,
        )
    except ApiError as error:
        # Only moves that do damage are ranked; somebody may have no more of them.
        if error.status != 400:
            raise
        return state.choices[0]
    return advice.recommended_move


def play(
    client: Client, own: str, foe: str, *, strength: str = "strongest", seed: int | None = None
) -> Battle:
    """A whole battle; RuntimeError when it does not end."""
    battle = client.new_battle(own, foe, strength=strength, seed=seed)
    for _ in range(MAX_TURNS):
        if battle.state.is_over:
            return battle
        battle.choose(advised_move(client, battle))
    raise RuntimeError(f"Battle {battle.state.id} does not end.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("own", help="id, slug or name of the bot's Pokémon")
    parser.add_argument("foe", help="id, slug or name of its opponent")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--key", default="", help="an API key, for higher limits")
    parser.add_argument("--strength", default="strongest", help="how the opponent chooses")
    parser.add_argument("--battles", type=int, default=1)
    options = parser.parse_args()
    results: Counter[str] = Counter()
    with Client(options.url, key=options.key) as client:
        for _ in range(options.battles):
            battle = play(client, options.own, options.foe, strength=options.strength)
            results[battle.state.result] += 1
            print(f"{battle.state.result} after {battle.state.turn} turns")
    print(", ".join(f"{count} {result}" for result, count in results.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
