"""Schema of ``simulate/``."""

from battles.api.core import docs as core_docs
from battles.api.core.docs import BODIES, Decorator, operation, recorded
from battles.api.simulate import serializers as simulate_serializers
from battles.api.simulate.inputs import MAX_SEARCHED_PLAYS, SEARCH_BUDGET
from battles.api.simulate.serializers import MAX_PLAYS

simulate: Decorator = operation(
    "simulate",
    tag="rules",
    summary="Simulate a duel or a matchup",
    description=(
        "The engine plays it `plays` times and counts the results. With one move per side it is a "
        "duel, as in `predict/battle/`; with up to four it is a matchup, in which each side "
        "chooses by its policy: `random`, `strongest` (highest expected damage now) or `search` "
        f"(looks ahead, {SEARCH_BUDGET} playouts per decision). At most {MAX_PLAYS} plays, or "
        f"{MAX_SEARCHED_PLAYS} if a side searches. The same seed gives the same counts."
    ),
    path="/api/v1/simulate/",
    request=simulate_serializers.SimulateRequest,
    answer=simulate_serializers.SimulationAnswer,
    errors=BODIES,
    own=[core_docs.UNKNOWN_IN_BODY],
    examples=[
        *recorded("simulate_duel"),
        *recorded("simulate_match_up", title="Simulate a matchup"),
    ],
)
