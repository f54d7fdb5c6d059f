"""The body and the answer of ``simulate/``."""

from rest_framework import serializers

from battles.api.core import fields as core_fields
from battles.api.core.fields import (
    MoveReference,
    PokemonReference,
    SetupRequest,
    described,
    optional_moves,
)
from battles.api.core.reader import MAX_SEED

#: Battles to simulate: default and maximum.
PLAYS, MAX_PLAYS = 1000, 10_000
#: In the order of mlcore.engine.policies.
POLICIES = ("random", "strongest", "search")

_POLICY = {"type": "string", "enum": list(POLICIES), "default": POLICIES[0]}
_PLAYED = "if left out, the four with the highest expected damage here."


class SimulateRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    move_a_id = MoveReference(required=False, help_text="A's only move, instead of `moves_a`.")
    move_b_id = MoveReference(required=False, help_text="B's only move, instead of `moves_b`.")
    moves_a = optional_moves(f"Moves of A, including status moves; {_PLAYED}")
    moves_b = optional_moves(f"Moves of B, including status moves; {_PLAYED}")
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)
    plays = described({"type": "integer", "minimum": 1, "maximum": MAX_PLAYS, "default": PLAYS})(
        required=False
    )
    seed = described({"type": "integer", "minimum": 0, "maximum": MAX_SEED})(
        required=False, help_text="The same seed gives the same battles; random if left out."
    )
    policy_a = described(_POLICY)(required=False)
    policy_b = described(_POLICY)(required=False)


class Interval(serializers.Serializer):
    low = core_fields.Chance()
    high = core_fields.Chance()


class SimulationAnswer(serializers.Serializer):
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    moves_a = serializers.ListField(child=serializers.IntegerField(), help_text="Ids.")
    moves_b = serializers.ListField(child=serializers.IntegerField(), help_text="Ids.")
    policy_a = described(_POLICY)()
    policy_b = described(_POLICY)()
    plays = serializers.IntegerField(min_value=1)
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED)
    wins_a = serializers.IntegerField(min_value=0)
    wins_b = serializers.IntegerField(min_value=0)
    draws = serializers.IntegerField(min_value=0)
    win_share = core_fields.Chance(
        help_text="Share of plays that A won, with a draw counting half."
    )
    interval = Interval(help_text="95% confidence interval (Wilson) for that share.")
    mean_turns = serializers.FloatField(min_value=0)
