"""What the schema says of ``simulate/``."""

from battles.api.core import docs as core_docs
from battles.api.core.docs import BODIES, Decorator, operation, recorded
from battles.api.simulate import serializers as simulate_serializers
from battles.api.simulate.inputs import MAX_PLAYS, MAX_SEARCHED_PLAYS, SEARCH_BUDGET

simulate: Decorator = operation(
    "simulate",
    tag="rules",
    summary="Play a duel or a match-up",
    description=(
        "The engine plays it as often as asked and counts. With one move a side it is a duel, as "
        "`predict/battle/` predicts it; with up to four a match-up, in which each side chooses by "
        "its policy: `random`, `strongest` (most expected damage now) or `search` (looks ahead, "
        f"{SEARCH_BUDGET} playouts a decision). At most {MAX_PLAYS} plays, {MAX_SEARCHED_PLAYS} "
        "when a side searches. The same seed gives the same counts."
    ),
    path="/api/v1/simulate/",
    request=simulate_serializers.SimulateRequest,
    answer=simulate_serializers.SimulationAnswer,
    errors=BODIES,
    own=[core_docs._UNKNOWN],
    examples=[*recorded("simulate_duel"), *recorded("simulate_match_up")],
)
