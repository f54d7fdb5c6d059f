"""Choices of the facts' fields, and names of groups of fields."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

BASE_STAT_FIELDS = (
    "base_hp",
    "base_attack",
    "base_defense",
    "base_special_attack",
    "base_special_defense",
    "base_speed",
)


STAT_CHANGE_FIELDS = (
    "attack_change",
    "defense_change",
    "special_attack_change",
    "special_defense_change",
    "speed_change",
    "accuracy_change",
    "evasion_change",
)


class PokemonKind(models.TextChoices):
    BASE = "base", _("base form")
    ALOLAN = "alolan", _("Alolan form")
    MEGA = "mega", _("Mega Evolution")
    PARTNER = "partner", _("partner")


class BodyColor(models.TextChoices):
    RED = "red", _("red")
    BLUE = "blue", _("blue")
    YELLOW = "yellow", _("yellow")
    GREEN = "green", _("green")
    BLACK = "black", _("black")
    BROWN = "brown", _("brown")
    PURPLE = "purple", _("purple")
    GRAY = "gray", _("gray")
    WHITE = "white", _("white")
    PINK = "pink", _("pink")


class BodyShape(models.TextChoices):
    BALL = "ball", _("ball")
    SQUIGGLE = "squiggle", _("serpent")
    FISH = "fish", _("fish")
    ARMS = "arms", _("head and arms")
    BLOB = "blob", _("head and base")
    UPRIGHT = "upright", _("upright with a tail")
    LEGS = "legs", _("head and legs")
    QUADRUPED = "quadruped", _("four legs")
    WINGS = "wings", _("two wings")
    TENTACLES = "tentacles", _("tentacles")
    HEADS = "heads", _("several heads")
    HUMANOID = "humanoid", _("humanoid")
    BUG_WINGS = "bug-wings", _("insect wings")
    ARMOR = "armor", _("armor")


class BodySize(models.TextChoices):
    SMALL = "small", _("small")
    MEDIUM = "medium", pgettext_lazy("size", "medium")
    LARGE = "large", _("large")


class DamageClass(models.TextChoices):
    PHYSICAL = "physical", _("physical")
    SPECIAL = "special", _("special")
    STATUS = "status", _("status")


class MoveTarget(models.TextChoices):
    OPPONENT = "opponent", _("opponent")
    USER = "user", _("user")
    FIELD = "field", _("field")


class StatChangeTarget(models.TextChoices):
    USER = "user", _("user")
    TARGET = "target", _("target")


class Ailment(models.TextChoices):
    NONE = "none", _("none")
    PARALYSIS = "paralysis", _("paralysis")
    BURN = "burn", _("burn")
    POISON = "poison", _("poison")
    BAD_POISON = "bad_poison", _("bad poison")
    SLEEP = "sleep", _("sleep")
    FREEZE = "freeze", _("freeze")
    CONFUSION = "confusion", _("confusion")


class MoveEffect(models.TextChoices):
    """What a move does that its other fields cannot say."""

    NONE = "none", _("none")
    STRUGGLE = "struggle", _("struggle")
    ONE_HIT_KO = "one_hit_ko", _("KOs in one hit")
    LEVEL_DAMAGE = "level_damage", _("damage equal to the user's level")
    RANDOM_LEVEL_DAMAGE = "random_level_damage", _("0.5 to 1.5 times the user's level as damage")
    HALF_HP_DAMAGE = "half_hp_damage", _("halves the target's HP")
    COUNTER = "counter", _("returns double the physical damage taken")
    MIRROR_COAT = "mirror_coat", _("returns double the special damage taken")
    BIDE = "bide", _("endures, then returns double the damage")
    SELF_DESTRUCT = "self_destruct", _("the user faints")
    CHARGE = "charge", _("charges for a turn")
    CHARGE_RAISE_DEFENSE = "charge_raise_defense", _("charges for a turn and raises Defense")
    CHARGE_UNDERGROUND = "charge_underground", _("spends a turn underground")
    CHARGE_AIRBORNE = "charge_airborne", _("spends a turn in the air")
    RECHARGE = "recharge", _("must recharge the next turn")
    LOCK_IN = "lock_in", _("repeats for 2 or 3 turns, then confuses the user")
    PARTIAL_TRAP = "partial_trap", _("traps and hurts the target for some turns")
    CRASH = "crash", _("hurts the user on a miss")
    RAGE = "rage", _("raises Attack when hit")
    DOUBLE_WHEN_STATUSED = "double_when_statused", _("doubled if the user has a status condition")
    USE_TARGET_ATTACK = "use_target_attack", _("uses the target's Attack")
    WEIGHT_POWER = "weight_power", _("power depends on the target's weight")
    FRIENDSHIP_POWER = "friendship_power", _("power depends on the user's friendship")
    TARGET_ASLEEP_ONLY = "target_asleep_only", _("only works on sleeping targets")
    TARGET_ATTACKING_ONLY = "target_attacking_only", _("only works on an attacking target")
    FIRST_TURN_ONLY = "first_turn_only", _("only works on the first turn")
    BREAK_PROTECT = "break_protect", _("breaks protection")
    BREAK_SCREENS = "break_screens", _("breaks screens")
    RESET_TARGET_STAGES = "reset_target_stages", _("resets the target's stat changes")
    RESET_ALL_STAGES = "reset_all_stages", _("resets all stat changes")
    LEECH_SEED = "leech_seed", _("plants a seed on the target")
    LIGHT_SCREEN = "light_screen", _("halves special damage for some turns")
    REFLECT = "reflect", _("halves physical damage for some turns")
    CURE_USER = "cure_user", _("cures the user")
    TRI_STATUS = "tri_status", _("burns, freezes or paralyzes")
    MIST = "mist", _("prevents stats from being lowered")
    SUBSTITUTE = "substitute", _("makes a substitute")
    PROTECT = "protect", _("protects the user")
    REST = "rest", _("sleeps and heals fully")
    ROOST = "roost", _("lands and heals the user")
    FOCUS_ENERGY = "focus_energy", _("raises the critical-hit ratio")
    MINIMIZE = "minimize", _("makes the user small")
    DISABLE = "disable", _("disables the last move")
    ENCORE = "encore", _("makes the target repeat its move")
    TAUNT = "taunt", _("prevents the target from using status moves")
    YAWN = "yawn", _("puts the target to sleep a turn later")
    MIMIC = "mimic", _("copies the target's last move")
    TRANSFORM = "transform", _("becomes the target")
    METRONOME = "metronome", _("uses a random move")
    MIRROR_MOVE = "mirror_move", _("uses the target's last move")
    CONVERSION = "conversion", _("takes the type of one of its own moves")
    FAILS_ALONE = "fails_alone", _("fails in one-on-one battles")
    DOES_NOTHING = "does_nothing", _("has no effect in one-on-one battles")


class LearnMethod(models.TextChoices):
    LEVEL_UP = "level_up", _("level up")
    EVOLUTION = "evolution", _("on evolution")
    TM = "tm", _("TM")
    TUTOR = "tutor", _("move tutor")
    SHAKE = "shake", _("shaking the console")
    EVENT = "event", _("event")


class BossRole(models.TextChoices):
    GYM_LEADER = "gym_leader", _("Gym Leader")
    ELITE_FOUR = "elite_four", _("Elite Four")
    CHAMPION = "champion", _("Champion")


class GameEdition(models.TextChoices):
    """Which of the two games; empty stands for both."""

    PIKACHU = "pikachu", _("Let’s Go, Pikachu!")
    EEVEE = "eevee", _("Let’s Go, Eevee!")


class EvolutionMethod(models.TextChoices):
    LEVEL_UP = "level_up", _("level up")
    ITEM = "item", _("item")
    TRADE = "trade", _("trade")
    CANDY = "candy", _("candy in Pokémon GO")


class EvolutionItem(models.TextChoices):
    FIRE_STONE = "fire-stone", _("Fire Stone")
    WATER_STONE = "water-stone", _("Water Stone")
    THUNDER_STONE = "thunder-stone", _("Thunder Stone")
    LEAF_STONE = "leaf-stone", _("Leaf Stone")
    MOON_STONE = "moon-stone", _("Moon Stone")
    ICE_STONE = "ice-stone", _("Ice Stone")
