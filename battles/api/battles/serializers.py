"""Bodies and answers of ``battles/``."""

from rest_framework import serializers

from battles.api.core import fields as core_fields
from battles.api.core.fields import (
    MOVE_REFERENCE,
    PokemonReference,
    SetupRequest,
    described,
    optional_moves,
)
from battles.api.core.reader import MAX_SECRET, MAX_SEED
from battles.models import Strength
from battles.play.forms import DEFAULT_STRENGTH
from mlcore.engine.specs import STAGED_STATS

STRENGTHS: tuple[str, ...] = tuple(Strength.values)
#: Maximum number of turns.
MAX_TURNS = 1000
RESULTS = ("open", "won", "lost", "draw", "forfeit")
STATUSES = ("paralysis", "burn", "poison", "bad_poison", "sleep", "freeze")
LINE_KINDS = ("move", "harm", "heal", "strong", "weak", "note", "end")

_STATUS = {core_fields.NAME: "BattleStatus", "type": "string", "enum": list(STATUSES)}
_STRENGTH = {"type": "string", "enum": list(STRENGTHS)}
_PLAYED = "if left out, the four with the highest expected damage here."


class NewBattleRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference(help_text="Your Pokémon.")
    pokemon_b_id = PokemonReference(help_text="The program's Pokémon.")
    moves_a = optional_moves(f"Moves of A, including status moves; {_PLAYED}")
    moves_b = optional_moves(f"Moves of B, including status moves; {_PLAYED}")
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)
    strength = described({**_STRENGTH, "default": DEFAULT_STRENGTH.value})(
        required=False,
        help_text=(
            "How B chooses: a random move, the highest expected damage, the model's best move, "
            "by looking ahead, or the best mix by the value of battle states; weakest first."
        ),
    )
    seed = described({"type": "integer", "minimum": 0, "maximum": MAX_SEED})(
        required=False, help_text="The same seed and choices give the same battle."
    )


_SECRET = {"type": "string", "maxLength": MAX_SECRET}
_TURN = {"type": "integer", "minimum": 0, "maximum": MAX_TURNS}


class ForfeitRequest(serializers.Serializer):
    secret = described(_SECRET)(help_text="As returned when the battle was started.")
    turn = described(_TURN)(help_text="Turns played so far; a request sent twice counts once.")


class ChoiceRequest(ForfeitRequest):
    move_id = described({"oneOf": [MOVE_REFERENCE, {"type": "null"}]})(
        help_text="One of `choices`; null if there are none."
    )


class BattleChoice(serializers.Serializer):
    move_id = serializers.IntegerField()
    move = serializers.CharField(help_text="Slug.")


class BattleMoveLeft(BattleChoice):
    name = serializers.CharField()
    pp = serializers.IntegerField(min_value=0, help_text="PP left.")


class Stages(serializers.Serializer):
    """Stat changes, from -6 to 6."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: serializers.IntegerField(min_value=-6, max_value=6) for name in STAGED_STATS}


class BattleSide(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField(help_text="In the language of `lang` or `Accept-Language`.")
    level = serializers.IntegerField(min_value=1, max_value=100)
    hp = serializers.IntegerField(min_value=0)
    max_hp = serializers.IntegerField(min_value=1)
    status = described({"oneOf": [_STATUS, {"type": "null"}]})()
    stages = Stages()
    moves = BattleMoveLeft(many=True)


class BattleSides(serializers.Serializer):
    a = BattleSide(help_text="Yours.")
    b = BattleSide(help_text="The program's.")


Games = described({"type": ["integer", "null"], "minimum": 0}, serializers.IntegerField)
_GAMES = (
    "null: the value of battle states answered. 0: the result is certain. Otherwise, without a "
    "value for this battle's game data, the number of games simulated from here."
)


class BattleState(serializers.Serializer):
    id = serializers.CharField()
    turn = serializers.IntegerField(min_value=0, help_text="Turns played so far.")
    is_over = serializers.BooleanField()
    result = core_fields.choice_of(RESULTS)(help_text="For you, side A.")
    strength = core_fields.choice_of(STRENGTHS)()
    seed = serializers.IntegerField(allow_null=True, help_text="Shown once the battle is over.")
    win_probability = core_fields.Chance(
        help_text="That A wins if both play well from here, by the learned value of battle states."
    )
    win_probability_games = Games(help_text=_GAMES)
    sides = BattleSides()
    choices = BattleChoice(many=True, help_text="Moves you can choose now; if empty, send null.")


class NewBattle(BattleState):
    secret = serializers.CharField(help_text="Proves that the battle is yours; shown only once.")


class AdvisedMove(BattleChoice):
    worth = core_fields.Chance(help_text="Your chance to win if you use it now and play well.")


class BattleAdvice(serializers.Serializer):
    id = serializers.CharField()
    turn = serializers.IntegerField(min_value=0, help_text="Turns played so far.")
    win_probability = core_fields.Chance(help_text="Yours, if both play well from here.")
    win_probability_games = Games(help_text=_GAMES)
    strategy = serializers.DictField(
        child=core_fields.Chance(),
        help_text=(
            "How often to use each move now, by slug. Shares add up to 1; moves that are not worth "
            "using are left out. Empty if there is no choice, or where games were simulated."
        ),
    )
    moves = AdvisedMove(many=True, help_text="The moves you can use now; none: send null.")


class LogLine(serializers.Serializer):
    side = core_fields.choice_of(("a", "b", ""), name="LogSide")(
        help_text="The side the line is about; empty for both."
    )
    kind = core_fields.choice_of(LINE_KINDS)()
    text = serializers.CharField()


class LogTurn(serializers.Serializer):
    number = serializers.IntegerField(min_value=0, help_text="0 is before the first turn.")
    lines = LogLine(many=True)


class BattleLogAnswer(serializers.Serializer):
    id = serializers.CharField()
    turns = LogTurn(many=True, help_text="In the language of `lang` or `Accept-Language`.")
    protocol = serializers.CharField(
        help_text="The same in Showdown's battle log protocol, in English."
    )
