"""Moves and who can use them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pokedex.choices import (
    STAT_CHANGE_FIELDS,
    Ailment,
    DamageClass,
    LearnMethod,
    MoveEffect,
    MoveTarget,
    StatChangeTarget,
)
from pokedex.models.base import Fact, Named, _in_range, _one_of
from pokedex.models.pokemon import Pokemon
from pokedex.models.types import Type
from pokedex.querysets import FactQuerySet, MoveQuerySet


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
        _("target of the stat changes"),
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
        help_text=_("Fails where the type chart says ×0."),
    )
    thaws_user = models.BooleanField(_("thaws the user"), default=False)
    thaws_target = models.BooleanField(_("thaws the target"), default=False)
    hits_airborne = models.BooleanField(_("hits a target in the air"), default=False)
    hits_underground = models.BooleanField(_("hits a target underground"), default=False)
    doubled_by_airborne = models.BooleanField(_("doubled on a target in the air"), default=False)
    doubled_by_underground = models.BooleanField(
        _("doubled on a target underground"), default=False
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
