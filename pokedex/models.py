"""The facts of Pokémon: Let's Go, Pikachu! and Let's Go, Eevee!

Rows come from the files in ``pokedex/data`` through ``manage.py import_pokedex``; an admin may
correct them, which marks them as curated. Constraints in the database refuse what cannot be.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pokedex.lookup import normalize
from pokedex.querysets import FactQuerySet, MoveQuerySet, PokemonQuerySet

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
    SELF_DESTRUCT = "self_destruct", _("user faints")
    CHARGE = "charge", _("charges for a turn")
    CHARGE_RAISE_DEFENSE = "charge_raise_defense", _("charges for a turn and raises Defense")
    CHARGE_UNDERGROUND = "charge_underground", _("charges for a turn under the ground")
    CHARGE_AIRBORNE = "charge_airborne", _("charges for a turn in the air")
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
    MIST = "mist", _("keeps stats from being lowered")
    SUBSTITUTE = "substitute", _("makes a substitute")
    PROTECT = "protect", _("protects the user")
    REST = "rest", _("sleeps and heals fully")
    ROOST = "roost", _("lands and heals the user")
    FOCUS_ENERGY = "focus_energy", _("raises the critical-hit ratio")
    MINIMIZE = "minimize", _("makes the user small")
    DISABLE = "disable", _("disables the last move")
    ENCORE = "encore", _("makes the target repeat its move")
    TAUNT = "taunt", _("keeps the target from status moves")
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
    SHAKE = "shake", _("shake of the console")
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


def _in_range(model: str, field: str, low: int, high: int) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_{field}_range",
        condition=Q(**{f"{field}__gte": low, f"{field}__lte": high})
        | Q(**{f"{field}__isnull": True}),
        violation_error_message=f"{field} must lie between {low} and {high}.",
    )


def _one_of(model: str, field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_{field}_known",
        condition=Q(**{f"{field}__in": choices.values}),
        violation_error_message=f"{field} must be one of: {', '.join(choices.values)}.",
    )


_one_bump: ContextVar[list[bool] | None] = ContextVar("pokedex_one_bump", default=None)


class GameDataVersion(models.Model):
    """A counter that every change to the facts raises.

    Processes poll it to know when what they keep in memory is old. One row, key 1.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveBigIntegerField(_("number"), default=0)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("game data version")
        verbose_name_plural = _("game data version")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(name="gamedataversion_single_row", condition=Q(id=1)),
        )

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """The number now; 0 before the first import."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def bump(cls) -> None:
        """Raise the number by one, atomically; inside ``once()`` this waits for its end."""
        waiting = _one_bump.get()
        if waiting is not None:
            waiting[0] = True
            return
        with transaction.atomic():
            row = cls.objects.filter(pk=1)
            raised = {"number": F("number") + 1, "updated_at": timezone.now()}
            if not row.update(**raised):
                cls.objects.get_or_create(pk=1)
                row.update(**raised)

    @classmethod
    @contextmanager
    def once(cls) -> Iterator[None]:
        """Gather the changes inside into one bump at the end; none if nothing asked for it.

        Nested uses join the outermost one. An exception passes without a bump: the caller's
        transaction takes the changes back.
        """
        if _one_bump.get() is not None:
            yield
            return
        waiting = [False]
        token = _one_bump.set(waiting)
        try:
            yield
        finally:
            _one_bump.reset(token)
        if waiting[0]:
            cls.bump()


class Fact(models.Model):
    """A row of game data."""

    #: Whether a change to such a row can be felt by those who keep game data in memory.
    raises_version: ClassVar[bool] = True

    is_curated = models.BooleanField(
        _("curated"),
        default=False,
        help_text=_("Edited here: imports skip this row unless allowed to overwrite it."),
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The row and the version that it raises are committed together.
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        # What is deleted along with the row reports itself too: one bump for all.
        with transaction.atomic(), GameDataVersion.once():
            return super().delete(*args, **kwargs)


class Translated(Fact):
    """A fact with a slug and a name in each language."""

    slug = models.SlugField(
        _("slug"), max_length=40, unique=True, help_text=_("As PokeAPI writes it.")
    )
    name_en = models.CharField(_("English name"), max_length=40, unique=True)
    name_fr = models.CharField(_("French name"), max_length=40, unique=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_en

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_fr if (get_language() or "").startswith("fr") else self.name_en


class Named(Translated):
    """A translated fact that people look up by name: it keeps the keys of its names."""

    key_slug = models.CharField(max_length=40, unique=True, editable=False)
    key_en = models.CharField(max_length=40, unique=True, editable=False)
    key_fr = models.CharField(max_length=40, unique=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_keys()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "key_slug", "key_en", "key_fr"}
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        self.key_slug = normalize(self.slug)
        self.key_en = normalize(self.name_en)
        self.key_fr = normalize(self.name_fr)

    @property
    def keys(self) -> tuple[str, str, str]:
        return (self.key_slug, self.key_en, self.key_fr)


class Type(Translated):
    id = models.PositiveSmallIntegerField(
        _("id"), primary_key=True, help_text=_("PokeAPI's number.")
    )
    sort_order = models.PositiveSmallIntegerField(
        _("sort order"), unique=True, help_text=_("Place in lists and in the type chart.")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("type")
        verbose_name_plural = _("types")
        ordering = ("sort_order",)


class TypeEffectiveness(Fact):
    attacking_type = models.ForeignKey(
        Type, models.CASCADE, related_name="attacking", verbose_name=_("attacking type")
    )
    defending_type = models.ForeignKey(
        Type, models.CASCADE, related_name="defending", verbose_name=_("defending type")
    )
    percent = models.PositiveSmallIntegerField(
        _("percent"),
        choices=((0, "× 0"), (50, "× ½"), (100, "× 1"), (200, "× 2")),
        help_text=_("Damage as a percentage of neutral damage."),
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("type effectiveness")
        verbose_name_plural = _("type chart")
        ordering = ("attacking_type", "defending_type")
        constraints = (
            models.UniqueConstraint(
                name="typeeffectiveness_unique_pair",
                fields=("attacking_type", "defending_type"),
            ),
            models.CheckConstraint(
                name="typeeffectiveness_percent_known",
                condition=Q(percent__in=(0, 50, 100, 200)),
                violation_error_message=_("The percentage must be 0, 50, 100 or 200."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.attacking_type} → {self.defending_type}: {self.percent} %"


class Species(Translated):
    id = models.PositiveSmallIntegerField(
        _("national number"), primary_key=True, help_text=_("Number in the national Pokédex.")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("species")
        verbose_name_plural = _("species")
        ordering = ("id",)


class Pokemon(Named):
    """A form: what stands on the field."""

    id = models.PositiveIntegerField(
        _("id"),
        primary_key=True,
        help_text=_("National number of a base form, PokeAPI's number of another form."),
    )
    species = models.ForeignKey(
        Species, models.PROTECT, related_name="forms", verbose_name=_("species")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PokemonKind.choices)
    base_form = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="megas",
        verbose_name=_("base form"),
        help_text=_("The form that Mega Evolves; the Mega has the same moves."),
    )
    type_1 = models.ForeignKey(Type, models.PROTECT, related_name="+", verbose_name=_("type 1"))
    type_2 = models.ForeignKey(
        Type, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("type 2")
    )
    base_hp = models.PositiveSmallIntegerField(_("base HP"))
    base_attack = models.PositiveSmallIntegerField(_("base Attack"))
    base_defense = models.PositiveSmallIntegerField(_("base Defense"))
    base_special_attack = models.PositiveSmallIntegerField(_("base Special Attack"))
    base_special_defense = models.PositiveSmallIntegerField(_("base Special Defense"))
    base_speed = models.PositiveSmallIntegerField(_("base Speed"))
    weight_hg = models.PositiveIntegerField(_("weight (hg)"), help_text=_("In hectograms."))

    objects = PokemonQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pokémon")
        verbose_name_plural = _("Pokémon")
        ordering = ("species_id", "id")
        constraints = (
            *(_in_range("pokemon", field, 1, 255) for field in BASE_STAT_FIELDS),
            _in_range("pokemon", "weight_hg", 1, 99_999),
            _one_of("pokemon", "kind", PokemonKind),
            models.CheckConstraint(
                name="pokemon_types_differ",
                condition=Q(type_2__isnull=True) | ~Q(type_1=F("type_2")),
                violation_error_message=_("The two types must differ."),
            ),
            models.CheckConstraint(
                name="pokemon_mega_has_base_form",
                condition=Q(kind="mega", base_form__isnull=False)
                | (~Q(kind="mega") & Q(base_form__isnull=True)),
                violation_error_message=_(
                    "Only a Mega Evolution has a base form, and it must have one."
                ),
            ),
            models.CheckConstraint(
                name="pokemon_base_form_is_another",
                condition=Q(base_form__isnull=True) | ~Q(base_form=F("id")),
                violation_error_message=_("A form cannot be its own base form."),
            ),
        )

    @property
    def types(self) -> tuple[Type, ...]:
        return (self.type_1,) if self.type_2 is None else (self.type_1, self.type_2)

    @property
    def base_stats(self) -> tuple[int, int, int, int, int, int]:
        """HP, Attack, Defense, Special Attack, Special Defense, Speed."""
        return (
            self.base_hp,
            self.base_attack,
            self.base_defense,
            self.base_special_attack,
            self.base_special_defense,
            self.base_speed,
        )

    @property
    def base_stat_total(self) -> int:
        return sum(self.base_stats)

    def usable_moves(self) -> MoveQuerySet:
        """Moves it learns, moves of its base form, and moves kept from earlier evolutions."""
        forms = [self.pk] if self.base_form_id is None else [self.pk, self.base_form_id]
        return Move.objects.filter(
            Q(pk__in=LearnsetEntry.objects.filter(pokemon__in=forms).order_by().values("move"))
            | Q(pk__in=KeptMove.objects.filter(pokemon__in=forms).order_by().values("move"))
        )


class Evolution(Fact):
    # No battle depends on who evolves into whom.
    raises_version = False

    from_pokemon = models.ForeignKey(
        Pokemon, models.CASCADE, related_name="evolutions", verbose_name=_("from")
    )
    to_pokemon = models.ForeignKey(
        Pokemon, models.CASCADE, related_name="pre_evolutions", verbose_name=_("to")
    )
    method = models.CharField(_("method"), max_length=10, choices=EvolutionMethod.choices)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    item = models.CharField(
        _("item"), max_length=20, choices=EvolutionItem.choices, blank=True, default=""
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("evolution")
        verbose_name_plural = _("evolutions")
        ordering = ("from_pokemon", "to_pokemon")
        constraints = (
            models.UniqueConstraint(
                name="evolution_unique_pair", fields=("from_pokemon", "to_pokemon")
            ),
            models.CheckConstraint(
                name="evolution_changes_form",
                condition=~Q(from_pokemon=F("to_pokemon")),
                violation_error_message=_("A form cannot evolve into itself."),
            ),
            _one_of("evolution", "method", EvolutionMethod),
            _in_range("evolution", "level", 1, 100),
            models.CheckConstraint(
                name="evolution_level_by_method",
                condition=Q(method="level_up", level__isnull=False)
                | (~Q(method="level_up") & Q(level__isnull=True)),
                violation_error_message=_(
                    "Only evolution by level has a level, and it must have one."
                ),
            ),
            models.CheckConstraint(
                name="evolution_item_by_method",
                condition=Q(method="item", item__in=EvolutionItem.values)
                | (~Q(method="item") & Q(item="")),
                violation_error_message=_(
                    "Only evolution by item has an item, and it must have one."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_pokemon} → {self.to_pokemon}"


class Move(Named):
    id = models.PositiveIntegerField(
        _("id"), primary_key=True, help_text=_("The game's own number.")
    )
    type = models.ForeignKey(Type, models.PROTECT, related_name="moves", verbose_name=_("type"))
    damage_class = models.CharField(_("damage class"), max_length=10, choices=DamageClass.choices)
    power = models.PositiveSmallIntegerField(
        _("power"), null=True, blank=True, help_text=_("Empty: no power of its own.")
    )
    accuracy = models.PositiveSmallIntegerField(
        _("accuracy"), null=True, blank=True, help_text=_("In percent. Empty: never misses.")
    )
    pp = models.PositiveSmallIntegerField(_("PP"), help_text=_("Before any increase."))
    priority = models.SmallIntegerField(_("priority"), default=0)
    target = models.CharField(
        _("target"), max_length=10, choices=MoveTarget.choices, default=MoveTarget.OPPONENT
    )
    critical_stage = models.PositiveSmallIntegerField(
        _("critical stage"), default=0, help_text=_("1: high chance of a critical hit.")
    )
    always_crits = models.BooleanField(_("always a critical hit"), default=False)
    min_hits = models.PositiveSmallIntegerField(_("minimum hits"), default=1)
    max_hits = models.PositiveSmallIntegerField(_("maximum hits"), default=1)
    drain_percent = models.PositiveSmallIntegerField(
        _("drain"), default=0, help_text=_("Percentage of the damage the user recovers.")
    )
    recoil_percent = models.PositiveSmallIntegerField(
        _("recoil"), default=0, help_text=_("Percentage of the damage the user takes.")
    )
    heal_percent = models.PositiveSmallIntegerField(
        _("healing"), default=0, help_text=_("Percentage of its maximum HP the user recovers.")
    )
    ailment = models.CharField(
        _("ailment"), max_length=10, choices=Ailment.choices, default=Ailment.NONE
    )
    ailment_chance = models.PositiveSmallIntegerField(
        _("ailment chance"), default=0, help_text=_("In percent, once the move hits.")
    )
    flinch_chance = models.PositiveSmallIntegerField(
        _("flinch chance"), default=0, help_text=_("In percent, once the move hits.")
    )
    attack_change = models.SmallIntegerField(_("Attack change"), default=0)
    defense_change = models.SmallIntegerField(_("Defense change"), default=0)
    special_attack_change = models.SmallIntegerField(_("Special Attack change"), default=0)
    special_defense_change = models.SmallIntegerField(_("Special Defense change"), default=0)
    speed_change = models.SmallIntegerField(_("Speed change"), default=0)
    accuracy_change = models.SmallIntegerField(_("accuracy change"), default=0)
    evasion_change = models.SmallIntegerField(_("evasion change"), default=0)
    stat_change_target = models.CharField(
        _("stats changed of"),
        max_length=10,
        choices=StatChangeTarget.choices,
        default=StatChangeTarget.TARGET,
    )
    stat_change_chance = models.PositiveSmallIntegerField(
        _("stat change chance"), default=0, help_text=_("In percent, once the move hits.")
    )
    fixed_damage = models.PositiveSmallIntegerField(
        _("fixed damage"), null=True, blank=True, help_text=_("In HP, whatever the stats.")
    )
    effect = models.CharField(
        _("effect"),
        max_length=24,
        choices=MoveEffect.choices,
        default=MoveEffect.NONE,
        help_text=_("What the other fields don’t cover."),
    )
    blocked_by_protect = models.BooleanField(_("blocked by Protect"), default=True)
    bypasses_substitute = models.BooleanField(_("bypasses a substitute"), default=False)
    is_powder = models.BooleanField(
        _("powder"), default=False, help_text=_("Does nothing to Grass types.")
    )
    respects_type_immunity = models.BooleanField(
        _("respects type immunity"),
        default=True,
        help_text=_("Fails where the type chart says x 0."),
    )
    thaws_user = models.BooleanField(_("thaws the user"), default=False)
    thaws_target = models.BooleanField(_("thaws the target"), default=False)
    hits_airborne = models.BooleanField(_("hits a target in the air"), default=False)
    hits_underground = models.BooleanField(_("hits a target under the ground"), default=False)
    doubled_by_airborne = models.BooleanField(_("doubled on a target in the air"), default=False)
    doubled_by_underground = models.BooleanField(
        _("doubled on a target under the ground"), default=False
    )
    doubled_by_minimize = models.BooleanField(
        _("doubled on a minimized target"),
        default=False,
        help_text=_("Such a move does not miss a minimized target either."),
    )
    can_be_mirrored = models.BooleanField(_("can be mirrored"), default=False)
    called_by_metronome = models.BooleanField(_("called by Metronome"), default=False)
    can_be_encored = models.BooleanField(_("can be encored"), default=True)
    can_be_mimicked = models.BooleanField(_("can be mimicked"), default=True)
    makes_contact = models.BooleanField(_("makes contact"), default=False)
    is_sound = models.BooleanField(_("sound"), default=False)
    tm_number = models.PositiveSmallIntegerField(_("TM number"), null=True, blank=True, unique=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ("name_en",)
        constraints = (
            _in_range("move", "power", 1, 250),
            _in_range("move", "accuracy", 1, 100),
            _in_range("move", "pp", 1, 40),
            _in_range("move", "priority", -7, 5),
            _in_range("move", "critical_stage", 0, 3),
            _in_range("move", "fixed_damage", 1, 999),
            _in_range("move", "tm_number", 1, 60),
            *(
                _in_range("move", field, 0, 100)
                for field in (
                    "drain_percent",
                    "recoil_percent",
                    "heal_percent",
                    "ailment_chance",
                    "flinch_chance",
                    "stat_change_chance",
                )
            ),
            *(_in_range("move", field, -6, 6) for field in STAT_CHANGE_FIELDS),
            _one_of("move", "damage_class", DamageClass),
            _one_of("move", "target", MoveTarget),
            _one_of("move", "ailment", Ailment),
            _one_of("move", "stat_change_target", StatChangeTarget),
            _one_of("move", "effect", MoveEffect),
            models.CheckConstraint(
                name="move_hits_ordered",
                condition=Q(min_hits__gte=1, min_hits__lte=F("max_hits"), max_hits__lte=10),
                violation_error_message=_("1 <= minimum hits <= maximum hits <= 10."),
            ),
            models.CheckConstraint(
                name="move_status_has_no_power",
                condition=~Q(damage_class="status")
                | Q(power__isnull=True, fixed_damage__isnull=True),
                violation_error_message=_("A status move has no power and no damage."),
            ),
            models.CheckConstraint(
                name="move_ailment_with_chance",
                # Tri Attack has a chance of one of three ailments.
                condition=Q(ailment="none", ailment_chance=0)
                | (~Q(ailment="none") & Q(ailment_chance__gt=0))
                | Q(ailment="none", effect="tri_status"),
                violation_error_message=_("An ailment and its chance must be set together."),
            ),
            models.CheckConstraint(
                name="move_stat_change_with_chance",
                condition=Q(stat_change_chance=0, **dict.fromkeys(STAT_CHANGE_FIELDS, 0))
                | (Q(stat_change_chance__gt=0) & ~Q(**dict.fromkeys(STAT_CHANGE_FIELDS, 0))),
                violation_error_message=_("A stat change and its chance must be set together."),
            ),
        )


class LearnsetEntry(Fact):
    """One way in which a form learns a move. Mega Evolutions have none: see ``base_form``."""

    pokemon = models.ForeignKey(
        Pokemon, models.CASCADE, related_name="learnset", verbose_name=_("Pokémon")
    )
    move = models.ForeignKey(Move, models.CASCADE, related_name="learnset", verbose_name=_("move"))
    method = models.CharField(_("method"), max_length=10, choices=LearnMethod.choices)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("learnset entry")
        verbose_name_plural = _("learnset entries")
        ordering = ("pokemon", "method", "level", "move")
        constraints = (
            models.UniqueConstraint(
                name="learnsetentry_unique_with_level",
                fields=("pokemon", "move", "method", "level"),
                condition=Q(level__isnull=False),
            ),
            # Two empty levels do not count as equal in the constraint above.
            models.UniqueConstraint(
                name="learnsetentry_unique_without_level",
                fields=("pokemon", "move", "method"),
                condition=Q(level__isnull=True),
            ),
            _one_of("learnsetentry", "method", LearnMethod),
            _in_range("learnsetentry", "level", 1, 100),
            models.CheckConstraint(
                name="learnsetentry_level_by_method",
                condition=Q(method="level_up", level__isnull=False)
                | (~Q(method="level_up") & Q(level__isnull=True)),
                violation_error_message=_(
                    "Only a move learned by level has a level, and it must have one."
                ),
            ),
        )

    def __str__(self) -> str:
        level = "" if self.level is None else f" {self.level}"
        return f"{self.pokemon}: {self.move} ({self.get_method_display()}{level})"


class KeptMove(Fact):
    """A move that a form does not learn itself but may know from before it evolved."""

    pokemon = models.ForeignKey(
        Pokemon, models.CASCADE, related_name="kept_moves", verbose_name=_("Pokémon")
    )
    move = models.ForeignKey(Move, models.CASCADE, related_name="kept_by", verbose_name=_("move"))
    learned_as = models.ForeignKey(
        Pokemon, models.CASCADE, related_name="passed_on", verbose_name=_("learned as")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept move")
        verbose_name_plural = _("kept moves")
        ordering = ("pokemon", "move")
        constraints = (
            models.UniqueConstraint(name="keptmove_unique", fields=("pokemon", "move")),
            models.CheckConstraint(
                name="keptmove_learned_as_another",
                condition=~Q(pokemon=F("learned_as")),
                violation_error_message=_("A kept move was learned as another form."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.pokemon}: {self.move} (as {self.learned_as})"


class Boss(Translated):
    """A trainer who guards a badge or the League.

    Teams and moves come from what players wrote down, not from the games' tables.
    """

    # No battle of the engine depends on who leads which Gym.
    raises_version = False

    id = models.PositiveSmallIntegerField(
        _("id"), primary_key=True, help_text=_("Also the order in which they appear in the games.")
    )
    role = models.CharField(_("role"), max_length=10, choices=BossRole.choices)
    type = models.ForeignKey(
        Type,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("favorite type"),
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("boss")
        verbose_name_plural = _("bosses")
        ordering = ("id",)
        constraints = (_one_of("boss", "role", BossRole),)


class BossPokemon(Fact):
    """One Pokémon of a boss, with those of its moves that are known."""

    raises_version = False

    boss = models.ForeignKey(Boss, models.CASCADE, related_name="team", verbose_name=_("boss"))
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("Place in the team."))
    edition = models.CharField(
        _("game"),
        max_length=10,
        choices=GameEdition.choices,
        blank=True,
        default="",
        help_text=_("Empty: in both games."),
    )
    pokemon = models.ForeignKey(
        Pokemon, models.PROTECT, related_name="+", verbose_name=_("Pokémon")
    )
    level = models.PositiveSmallIntegerField(_("level"))
    move_1 = models.ForeignKey(
        Move, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move 1")
    )
    move_2 = models.ForeignKey(
        Move, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move 2")
    )
    move_3 = models.ForeignKey(
        Move, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move 3")
    )
    move_4 = models.ForeignKey(
        Move, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move 4")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pokémon of a boss")
        verbose_name_plural = _("Pokémon of bosses")
        ordering = ("boss", "position", "edition")
        constraints = (
            models.UniqueConstraint(
                name="bosspokemon_unique_place", fields=("boss", "position", "edition")
            ),
            _in_range("bosspokemon", "position", 1, 6),
            _in_range("bosspokemon", "level", 1, 100),
            models.CheckConstraint(
                name="bosspokemon_edition_known",
                condition=Q(edition__in=["", *GameEdition.values]),
                violation_error_message=_("There are only two games."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.boss}: {self.pokemon} ({self.level})"

    @property
    def moves(self) -> list[Move]:
        """The moves that are known, up to four."""
        slots = (self.move_1, self.move_2, self.move_3, self.move_4)
        return [move for move in slots if move is not None]


FACT_MODELS: tuple[type[Fact], ...] = (
    Type,
    TypeEffectiveness,
    Species,
    Pokemon,
    Evolution,
    Move,
    LearnsetEntry,
    KeptMove,
    Boss,
    BossPokemon,
)


def _raise_version(sender: type[Fact], **kwargs: Any) -> None:
    GameDataVersion.bump()


# Signals also see loaddata and rows that are deleted along with another.
for _model in FACT_MODELS:
    if _model.raises_version:
        for _signal in (post_save, post_delete):
            _signal.connect(
                _raise_version,
                sender=_model,
                dispatch_uid=f"pokedex_raise_version_{_model.__name__}",
            )
