"""Bodies and answers of ``predict/``."""

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from battles.api.core.fields import (
    BatchedError,
    Chance,
    MoveReference,
    PokemonReference,
    SetupRequest,
    Winner,
    WinProbability,
    described,
    optional_moves,
)
from mlcore.serving import explanations

#: Duels of a batch, and Pokémon of a group, at most.
MAX_DUELS, MAX_GROUP = 1000, 16
#: Requests that a match-up counts as: choosing both sets takes up to three times what a best move
#: takes.
MATCHUP_COST = 3
#: Moves that the best four may be chosen from; no Pokémon learns that many.
MAX_CANDIDATES = 100

_ALL_MOVES = "if left out, all that it can use."


class BattleRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    move_a_id = MoveReference()
    move_b_id = MoveReference()
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)


class BestMoveRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    moves_a = optional_moves(f"Damaging moves of A; {_ALL_MOVES}")
    moves_b = optional_moves(f"Damaging moves of B; {_ALL_MOVES}")
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)
    reasons = described({"type": "boolean", "default": True})(
        required=False, help_text="Whether to include the reasons."
    )


def _candidates(side: str) -> serializers.Field:
    return optional_moves(
        f"Moves of {side}, status moves too. Of more than four, it chooses the best four; "
        f"{_ALL_MOVES} With an empty list it can only struggle.",
        low=0,
        high=MAX_CANDIDATES,
    )


class MatchupRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    moves_a = _candidates("A")
    moves_b = _candidates("B")
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)


class BatchRequest(serializers.Serializer):
    duels = serializers.ListField(child=BattleRequest(), min_length=1, max_length=MAX_DUELS)


class BattlePrediction(serializers.Serializer):
    predicted_winner = Winner()
    win_probability = WinProbability()
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    move_a_id = serializers.IntegerField()
    move_b_id = serializers.IntegerField()
    model_version = serializers.CharField()


class RankedMove(serializers.Serializer):
    rank = serializers.IntegerField(min_value=1)
    move_id = serializers.IntegerField()
    move = serializers.CharField(help_text="Slug.")
    win_probability = WinProbability()
    reply_id = serializers.IntegerField(help_text="B's best reply to this move.")
    reply = serializers.CharField(help_text="Slug of the reply.")


class MoveGrid(serializers.Serializer):
    moves_a = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of the rows.")
    moves_b = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of the columns."
    )
    win_probabilities = serializers.ListField(
        child=serializers.ListField(child=WinProbability()),
        help_text="One list per row.",
    )


class PredictionReason(serializers.Serializer):
    code = described({"type": "string", "enum": list(explanations.CODES)}, serializers.CharField)(
        help_text="The factor."
    )
    log_odds = serializers.FloatField(
        help_text="How far it moves the log-odds toward A (positive) or B (negative)."
    )
    facts = serializers.DictField(
        child=serializers.FloatField(), help_text="The values behind the factor."
    )


class BestMovePrediction(serializers.Serializer):
    predicted_winner = Winner()
    win_probability = WinProbability()
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    recommended_move_id = serializers.IntegerField()
    recommended_move = serializers.CharField(help_text="Slug.")
    ranking = RankedMove(many=True, help_text="A's moves, best first.")
    grid = MoveGrid(help_text="Probability that A wins for every pair of moves.")
    reasons = PredictionReason(
        many=True, allow_null=True, help_text="Strongest first; null if not requested."
    )
    model_version = serializers.CharField()


class PlannedMove(serializers.Serializer):
    move_id = serializers.IntegerField()
    move = serializers.CharField(help_text="Slug.")
    worth = Chance(
        help_text="This side's chance to win when it opens with the move and both play well "
        "from then on."
    )


class MatchupSide(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    chose_moves = serializers.BooleanField(
        help_text="Whether these are the best four of more moves."
    )
    moves = PlannedMove(many=True, help_text="What it brings, up to four.")
    strategy = serializers.DictField(
        child=Chance(),
        help_text="How often to open with each move, by slug. Shares add up to 1; moves that "
        "are not worth opening with are left out.",
    )


class RepeatedMoves(serializers.Serializer):
    predicted_winner = Winner()
    win_probability = WinProbability()
    recommended_move_id = serializers.IntegerField()
    recommended_move = serializers.CharField(help_text="Slug.")
    reply_id = serializers.IntegerField(help_text="B's best reply to this move.")
    reply = serializers.CharField(help_text="Slug of the reply.")
    model_version = serializers.CharField(help_text="Of the model of single moves.")


class MatchupPrediction(serializers.Serializer):
    predicted_winner = Winner()
    win_probability = WinProbability(help_text="When both sides play well; a draw counts half.")
    side_a = MatchupSide()
    side_b = MatchupSide()
    model_version = serializers.CharField(help_text="Of the value of battle states.")
    if_each_repeats_one_move = RepeatedMoves(
        allow_null=True,
        help_text="The answer of `predict/best-move/`; null if a side has no damaging move.",
    )


class BatchedDuel(serializers.Serializer):
    index = serializers.IntegerField(min_value=0, help_text="Position in the request.")
    predicted_winner = Winner()
    win_probability = WinProbability()
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    move_a_id = serializers.IntegerField()
    move_b_id = serializers.IntegerField()


class BatchPrediction(serializers.Serializer):
    count = serializers.IntegerField(min_value=1, help_text="Duels in the request.")
    failed = serializers.IntegerField(min_value=0, help_text="Duels that have errors.")
    model_version = serializers.CharField()
    results = PolymorphicProxySerializer(
        "BatchResult",
        [BatchedDuel, BatchedError],
        resource_type_field_name=None,
        many=True,
    )


class GroupMemberRequest(serializers.Serializer):
    pokemon_id = PokemonReference()
    moves = optional_moves(
        "Damaging moves; if left out, the four with the highest expected damage here."
    )
    setup = SetupRequest(required=False)


class MatrixRequest(serializers.Serializer):
    group_a = serializers.ListField(child=GroupMemberRequest(), min_length=1, max_length=MAX_GROUP)
    group_b = serializers.ListField(child=GroupMemberRequest(), min_length=1, max_length=MAX_GROUP)


class GroupMember(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    mean = WinProbability(help_text="Mean of its row or column.")


class MatrixAnswer(serializers.Serializer):
    group_a = GroupMember(many=True, help_text="The rows, in the order given.")
    group_b = GroupMember(many=True, help_text="The columns, in the order given.")
    win_probabilities = serializers.ListField(
        child=serializers.ListField(child=WinProbability()), help_text="One list per row."
    )
    moves_a = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="Id of A's best move for every pair.",
    )
    model_version = serializers.CharField()
