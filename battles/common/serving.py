"""What a page is answered with: the game data and the model, each fetched once in its view."""

from dataclasses import dataclass

from mlcore.game import gamedata
from mlcore.learning.model import Model
from mlcore.serving import champion as champion_store
from mlcore.serving import rollout


@dataclass(frozen=True, eq=False)
class Serving:
    """The game data and the model of this moment; ``reason`` says why one of them is missing.

    In a rollout's canary, ``champion`` may be the challenger: see ``now``.
    """

    game: gamedata.GameData | None
    champion: Model | None
    reason: str = ""


def now(*, to_caller: bool = False) -> Serving:
    """``to_caller``: the answer is this caller's alone, so a canary may give it; what is kept for
    others or says what is live is the champion's."""
    game = champion = None
    reasons = []
    try:
        game = gamedata.current()
    except gamedata.IncompleteGameData as error:
        reasons.append(str(error))
    try:
        champion = rollout.answering() if to_caller else champion_store.current()
    except champion_store.NoChampion as error:
        reasons.append(str(error))
    return Serving(game, champion, *reasons[:1])
