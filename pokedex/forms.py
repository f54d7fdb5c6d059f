"""What the pages of facts read from their addresses: filters, sorting, the type calculator.

Addresses are edited by hand, so any value may stand there. One that cannot be understood says
what is possible; the others keep working.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pokedex.choices import BASE_STAT_FIELDS, STAT_CHANGE_FIELDS, DamageClass, PokemonKind
from pokedex.evolution import Stage, stage_of
from pokedex.lookup import normalize
from pokedex.matching import MAX_LENGTH, best_matches, closest
from pokedex.models import KeptMove, LearnsetEntry, Move, Pokemon, Type
from pokedex.other_species import OtherSpecies, other_species
from pokedex.parts import ALL, Parts, RowT, cut
from pokedex.text import STAT_NAMES, listed, shortened

ANY = ("", gettext_lazy("Any"))
#: More unknown names of an address than this are not named one by one.
_MOST_UNKNOWN = 5


class KnownChoice(forms.ChoiceField):
    """A choice that repeats a wrong value in short and names the right ones."""

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            choices: Any = self.choices
            allowed = listed(str(key) for key, _label in choices if key)
            raise forms.ValidationError(
                _("“%(value)s” is not a choice for “%(field)s”. Allowed: %(allowed)s.")
                % {"value": shortened(value), "field": self.label, "allowed": allowed}
            )


class Number(forms.CharField):
    """A whole number of up to four digits; kept as text, as all values of an address are."""

    def __init__(self, label: Any) -> None:
        super().__init__(required=False, label=label)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text and not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise forms.ValidationError(
                _("“%(value)s” is not a whole number for “%(field)s”.")
                % {"value": shortened(text), "field": self.label}
            )
        return text


class PartField(forms.CharField):
    """How many parts of a long list are shown: a number, or all."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text in ("", ALL) or (
            text.isascii() and text.isdigit() and len(text) <= 4 and int(text) > 0
        ):
            return text
        raise forms.ValidationError(
            _("“%(value)s” is not a part of the list. Allowed: a number from 1, or “all”.")
            % {"value": shortened(text)}
        )


@dataclass(frozen=True)
class Column:
    """A heading that sorts: a link to the same list in another order."""

    key: str
    name: str
    #: The same for narrow screens.
    short: str
    url: str
    #: For ``aria-sort``: "ascending", "descending" or "" when the list is sorted otherwise.
    sorted: str


def _words(name: str) -> tuple[str, ...]:
    """The words of a name in one order: those of ``min_hp`` and ``hp_min`` are equal."""
    return tuple(sorted(name[:MAX_LENGTH].lower().replace("_", "-").split("-")))


class FilterForm(forms.Form):
    """Bound to a query string; ``value`` gives what is valid and the default for what is not."""

    #: URL name of the list.
    list_name = ""
    #: Rows of a part of the list.
    part_size = 60
    #: Fields whose values are typed: a wrong one stays where it was typed.
    typed: tuple[str, ...] = ()
    #: Fields that do not change which rows are in the list.
    order_only = ("sort", "order", "part")
    defaults: dict[str, str] = {}
    #: Sort keys that start with the smallest; numbers that say how strong something is do not.
    ascending: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, types: Iterable[Type]) -> None:
        data = data.copy()
        super().__init__(data)
        self.add_fields()
        self.unknown = self._rename(data)
        self.types = {kind.slug: kind for kind in types}
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and name.startswith("type"):
                field.choices = [ANY, *((kind.slug, kind.name) for kind in types)]
        self.is_valid()

    def _rename(self, data: QueryDict) -> list[str]:
        """Take names that say the same as ours for ours (``min_hp``); returns those that only
        resemble them. Others are none of our business: links come with names of their own.
        """
        by_words = {_words(name): name for name in self.fields}
        resembling = []
        for given in [name for name in data if name not in self.fields]:
            meant = by_words.get(_words(given))
            if meant and meant not in data:
                data.setlist(meant, data.getlist(given))
            elif closest(given, {name: name for name in self.fields}):
                resembling.append(given)
        return resembling[:_MOST_UNKNOWN]

    def add_fields(self) -> None:
        """Fields that are made in a loop."""

    def value(self, name: str) -> str:
        given: str = self.cleaned_data.get(name, "")
        return given or self.defaults.get(name, "")

    def query(self, **changes: str) -> str:
        """The query string that means the same with ``changes``, defaults left out."""
        query = QueryDict(mutable=True)
        for name in self.fields:
            value = changes.get(name, self._kept(name))
            if value and value != self.defaults.get(name, ""):
                query[name] = value
        return query.urlencode()

    def _kept(self, name: str) -> str:
        """The value, or what was typed where a value should be."""
        if name in self.errors and name in self.typed:
            return str(self.data.get(name, ""))[:MAX_LENGTH]
        return self.value(name)

    @property
    def direction(self) -> str:
        """ "asc" or "desc": as asked for, else as usual for what it is sorted by."""
        usual = "asc" if self.value("sort") in self.ascending else "desc"
        return self.value("order") or usual

    def url(self, **changes: str) -> str:
        """Address of the list with ``changes``."""
        query = self.query(**changes)
        return reverse(self.list_name) + (f"?{query}" if query else "")

    def without_filters(self) -> str:
        """Address of the whole list in the same order."""
        filters = [name for name in self.fields if name not in self.order_only]
        return self.url(**dict.fromkeys([*filters, "part"], ""))

    def parts(
        self, rows: Sequence[RowT], *, only_next: bool, jump: Callable[[RowT], str] | None = None
    ) -> Parts[RowT]:
        """The part of the rows that is shown."""
        return cut(
            rows,
            size=self.part_size,
            part=self.value("part"),
            url=lambda part: self.url(part="" if part == "1" else part),
            only_next=only_next,
            jump=jump,
        )

    def sort_columns(
        self, headings: Mapping[str, str], shorts: Mapping[str, str] | None = None
    ) -> dict[str, Column]:
        """Headings that sort, by sort key."""
        columns = {}
        for key, name in headings.items():
            is_current = self.value("sort") == key
            first = "asc" if key in self.ascending else "desc"
            other = "desc" if first == "asc" else "asc"
            # A second press turns the order round, a third one back.
            order = other if is_current and self.direction == first else ""
            columns[key] = Column(
                key=key,
                name=name,
                short=(shorts or {}).get(key, name),
                url=self.url(sort=key, order=order, part=""),
                sorted=f"{self.direction}ending" if is_current else "",
            )
        return columns

    @property
    def messages(self) -> list[str]:
        all_of_them = (str(message) for messages in self.errors.values() for message in messages)
        near = {name: closest(name, {ours: ours for ours in self.fields}) for name in self.unknown}
        unknown = (
            _("There is no filter “%(name)s”.") % {"name": shortened(name)}
            + " "
            + _("Did you mean: %(names)s?") % {"names": ", ".join(names)}
            for name, names in near.items()
        )
        return list(dict.fromkeys([*all_of_them, *unknown]))

    @property
    def is_filtered(self) -> bool:
        return any(self.value(name) for name in self.fields if name not in self.order_only)


def search_field() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=MAX_LENGTH,
        label=gettext_lazy("Search"),
        error_messages={
            "max_length": gettext_lazy(
                "The search text is too long: the limit is %(limit_value)d characters."
            )
        },
    )


def choice_field(label: Any, choices: Iterable[tuple[str, Any]]) -> KnownChoice:
    return KnownChoice(required=False, label=label, choices=list(choices))


@dataclass(frozen=True)
class StatRange:
    """Two fields of the filters: the least and the most of a base stat."""

    name: str
    low_and_high: tuple[forms.BoundField, forms.BoundField]


#: Stats that lists of Pokémon can be narrowed by: key, name, field of a form.
RANGES = (
    *zip(
        ("hp", "attack", "defense", "special-attack", "special-defense", "speed"),
        STAT_NAMES,
        BASE_STAT_FIELDS,
        strict=True,
    ),
    ("total", gettext_lazy("Total"), "base_stat_total"),
)


class PokemonFilters(FilterForm):
    """What every list of Pokémon can be narrowed by: types, form, base stats, a move."""

    typed = ("move", *(f"{key}_{end}" for key, _name, _field in RANGES for end in ("min", "max")))
    #: Selects that stand in the fold.
    folded: tuple[str, ...] = ("kind",)

    q = search_field()
    type = choice_field(gettext_lazy("Type"), [ANY])
    type_2 = choice_field(gettext_lazy("Second type"), [ANY])
    kind = choice_field(gettext_lazy("Form"), [ANY, *PokemonKind.choices])
    move = forms.CharField(
        required=False,
        max_length=MAX_LENGTH,
        label=gettext_lazy("Learns the move"),
        error_messages={
            "max_length": gettext_lazy(
                "The name of the move is too long: the limit is %(limit_value)d characters."
            )
        },
    )

    def __init__(self, data: QueryDict, types: Iterable[Type]) -> None:
        self._move: Move | None = None
        super().__init__(data, types)

    def add_fields(self) -> None:
        for key, name, _field in RANGES:
            self.fields[f"{key}_min"] = Number(_("%(stat)s at least") % {"stat": name})
            self.fields[f"{key}_max"] = Number(_("%(stat)s at most") % {"stat": name})

    def clean_move(self) -> str:
        """The slug of the move; its name may be typed in either language."""
        text: str = self.cleaned_data["move"]
        if not text:
            return ""
        self._move = Move.objects.called(text).first()
        if self._move:
            return self._move.slug
        known = list(Move.objects.all())
        named = {name: move for move in known for name in (move.name_en, move.name_fr)}
        near = [move.name for move in closest(text, named)]
        message = _("There is no move “%(text)s” in Let’s Go.") % {"text": shortened(text)}
        if near:
            message += " " + _("Did you mean: %(names)s?") % {"names": ", ".join(near)}
        raise forms.ValidationError(message)

    def clean(self) -> dict[str, Any]:
        for key, name, _field in RANGES:
            low, high = self.value(f"{key}_min"), self.value(f"{key}_max")
            if low and high and int(low) > int(high):
                message = _("%(stat)s: no value is at least %(low)s and at most %(high)s.")
                for end in ("min", "max"):
                    self.add_error(
                        f"{key}_{end}", message % {"stat": name, "low": low, "high": high}
                    )
        return self.cleaned_data

    @property
    def move_text(self) -> str:
        """The move's name in the page's language, or what was typed."""
        return self._move.name if self._move else str(self.data.get("move", ""))[:MAX_LENGTH]

    @property
    def other(self) -> OtherSpecies | None:
        """The species of another game that is searched for by its whole name."""
        return other_species(self.value("q"))

    @property
    def ranges(self) -> list[StatRange]:
        return [
            StatRange(str(name), (self[f"{key}_min"], self[f"{key}_max"]))
            for key, name, _field in RANGES
        ]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.folded]

    @property
    def more_count(self) -> int:
        """How many filters of the fold are in use, wrong ones counted."""
        return sum(bool(self._kept(name)) for name in (*self.typed, *self.folded))

    def passing(self, everyone: Iterable[Pokemon]) -> list[Pokemon]:
        """Those who have the chosen types, form, stats and move; two queries for a move."""
        slugs = {self.value("type"), self.value("type_2")} - {""}
        kind = self.value("kind")
        learners = self._learners() if self._move else set()
        limits = [
            (field, int(self.value(f"{key}_min") or 0), int(self.value(f"{key}_max") or 9999))
            for key, _name, field in RANGES
            if self.value(f"{key}_min") or self.value(f"{key}_max")
        ]
        return [
            pokemon
            for pokemon in everyone
            if slugs <= {type_.slug for type_ in pokemon.types}
            and kind in ("", pokemon.kind)
            and all(low <= getattr(pokemon, field) <= high for field, low, high in limits)
            and (not self._move or (pokemon.base_form_id or pokemon.pk) in learners)
        ]

    def _learners(self) -> set[int]:
        """Forms that learn the move, or keep it from before their evolution."""
        return {
            pk
            for model in (LearnsetEntry, KeptMove)
            for pk in model.objects.filter(move=self._move).values_list("pokemon_id", flat=True)
        }


ORDERS = (
    ("", gettext_lazy("Default")),
    ("asc", gettext_lazy("smallest first")),
    ("desc", gettext_lazy("largest first")),
)

#: What lists of Pokémon can be sorted by: key, label, value of a form.
POKEMON_SORTS: dict[str, tuple[Any, Callable[[Pokemon], Any]]] = {
    "number": (gettext_lazy("number"), lambda pokemon: pokemon.species_id),
    "name": (gettext_lazy("name"), lambda pokemon: normalize(pokemon.name)),
    "hp": (STAT_NAMES[0], lambda pokemon: pokemon.base_hp),
    "attack": (STAT_NAMES[1], lambda pokemon: pokemon.base_attack),
    "defense": (STAT_NAMES[2], lambda pokemon: pokemon.base_defense),
    "special-attack": (STAT_NAMES[3], lambda pokemon: pokemon.base_special_attack),
    "special-defense": (STAT_NAMES[4], lambda pokemon: pokemon.base_special_defense),
    "speed": (STAT_NAMES[5], lambda pokemon: pokemon.base_speed),
    "total": (gettext_lazy("total"), lambda pokemon: pokemon.base_stat_total),
}


class PokemonFilter(PokemonFilters):
    list_name = "pokedex:pokemon-list"
    part_size = 48
    defaults = {"sort": "number", "part": "1"}
    ascending = ("number", "name")
    folded = ("kind", "stage")

    stage = choice_field(gettext_lazy("Evolution"), [ANY, *Stage.choices])
    sort = choice_field(
        gettext_lazy("Sort by"), [(key, label) for key, (label, _key) in POKEMON_SORTS.items()]
    )
    order = choice_field(gettext_lazy("Order"), ORDERS)
    part = PartField(required=False)

    def rows(
        self, everyone: list[Pokemon], stages: Callable[[], dict[int, Stage]]
    ) -> list[Pokemon]:
        """Those who pass the filters, in the order asked for."""
        filtered = self.passing(everyone)
        if self.value("stage"):
            known = stages()
            filtered = [p for p in filtered if stage_of(p, known) == self.value("stage")]
        sort, text = self.value("sort"), self.value("q")
        filtered = sorted(filtered, key=POKEMON_SORTS[sort][1], reverse=self.direction == "desc")
        if text:
            matching = pokemon_called(text, filtered) if not self.other else []
            # Without another wish the best match stands first.
            filtered = (
                matching
                if sort == "number" and not self.value("order")
                else [p for p in filtered if p in matching]
            )
        return filtered


def pokemon_called(text: str, everyone: list[Pokemon]) -> list[Pokemon]:
    """Forms with that name, number or type (or two types), best first."""
    number = text.strip().lstrip("#").lstrip("0")
    if number.isascii() and number.isdigit():
        return [p for p in everyone if str(p.species_id) == number]
    parts = [normalize(part) for part in text.split()]
    named = best_matches(text, everyone, lambda p: (p.slug, p.name_en, p.name_fr))
    typed = [
        p
        for p in everyone
        if parts
        and all(
            any(
                part == normalize(name) for kind in p.types for name in (kind.name_en, kind.name_fr)
            )
            for part in parts
        )
    ]
    # Exactly a type's name: its forms, not names that a slip would make of it.
    return typed or named


def _any_stat(lookup: str) -> Q:
    condition = Q()
    for field in STAT_CHANGE_FIELDS:
        condition |= Q(**{f"{field}__{lookup}": 0})
    return condition


EFFECT_GROUPS: dict[str, tuple[Any, Q]] = {
    "priority": (gettext_lazy("moves first"), Q(priority__gt=0)),
    "never-misses": (
        gettext_lazy("never misses"),
        Q(accuracy__isnull=True, target="opponent") & ~Q(damage_class="status"),
    ),
    "critical": (
        gettext_lazy("high critical-hit ratio"),
        Q(critical_stage__gt=0) | Q(always_crits=True),
    ),
    "several-hits": (gettext_lazy("hits multiple times"), Q(max_hits__gt=1)),
    "drain": (gettext_lazy("drains HP"), Q(drain_percent__gt=0)),
    "heal": (gettext_lazy("heals"), Q(heal_percent__gt=0) | Q(effect__in=["rest", "roost"])),
    "recoil": (
        gettext_lazy("hurts the user"),
        Q(recoil_percent__gt=0) | Q(effect__in=["crash", "self_destruct"]),
    ),
    "charge": (
        gettext_lazy("takes two turns"),
        Q(effect__startswith="charge") | Q(effect="recharge"),
    ),
    "fixed-damage": (
        gettext_lazy("fixed damage"),
        Q(fixed_damage__isnull=False)
        | Q(effect__in=["level_damage", "random_level_damage", "half_hp_damage", "one_hit_ko"]),
    ),
    "paralysis": (gettext_lazy("paralyzes"), Q(ailment="paralysis") | Q(effect="tri_status")),
    "burn": (gettext_lazy("burns"), Q(ailment="burn") | Q(effect="tri_status")),
    "poison": (gettext_lazy("poisons"), Q(ailment__in=["poison", "bad_poison"])),
    "sleep": (gettext_lazy("puts to sleep"), Q(ailment="sleep") | Q(effect="yawn")),
    "freeze": (gettext_lazy("freezes"), Q(ailment="freeze") | Q(effect="tri_status")),
    "confusion": (gettext_lazy("confuses"), Q(ailment="confusion")),
    "flinch": (gettext_lazy("causes flinching"), Q(flinch_chance__gt=0)),
    "raises": (gettext_lazy("raises stats"), Q(stat_change_target="user") & _any_stat("gt")),
    "lowers": (
        gettext_lazy("lowers the target’s stats"),
        Q(stat_change_target="target") & _any_stat("lt"),
    ),
    "partner": (gettext_lazy("partner moves"), Q(learnset__method="tutor")),
    "tm": (gettext_lazy("taught by TM"), Q(tm_number__isnull=False)),
}

MOVE_SORTS: dict[str, tuple[Any, Callable[[Move], Any]]] = {
    "name": (gettext_lazy("name"), lambda move: normalize(move.name)),
    "power": (gettext_lazy("power"), lambda move: move.power or 0),
    # What never misses stands above all that can.
    "accuracy": (gettext_lazy("accuracy"), lambda move: move.accuracy or 101),
    "pp": (gettext_lazy("PP"), lambda move: move.pp),
    "priority": (gettext_lazy("priority"), lambda move: move.priority),
    "tm": (gettext_lazy("TM number"), lambda move: move.tm_number or 999),
}
POWERS = (
    ANY,
    *((str(number), f"≥ {number}") for number in (40, 60, 80, 100, 120)),
)


class MoveFilter(FilterForm):
    list_name = "pokedex:move-list"
    defaults = {"sort": "name", "part": "1"}
    ascending = ("name", "tm")

    q = search_field()
    type = choice_field(gettext_lazy("Type"), [ANY])
    damage_class = choice_field(gettext_lazy("Class"), [ANY, *DamageClass.choices])
    power = choice_field(gettext_lazy("Power"), POWERS)
    effect = choice_field(
        gettext_lazy("Effect"), [ANY, *((key, label) for key, (label, _q) in EFFECT_GROUPS.items())]
    )
    sort = choice_field(
        gettext_lazy("Sort by"), [(key, label) for key, (label, _key) in MOVE_SORTS.items()]
    )
    order = choice_field(gettext_lazy("Order"), ORDERS)
    part = PartField(required=False)

    def rows(self) -> list[Move]:
        """Moves that pass the filters, in the order asked for; one query."""
        moves = Move.objects.with_battle_data()
        if self.value("type"):
            moves = moves.filter(type__slug=self.value("type"))
        if self.value("damage_class"):
            moves = moves.filter(damage_class=self.value("damage_class"))
        if self.value("power"):
            moves = moves.filter(power__gte=int(self.value("power")))
        if self.value("effect"):
            moves = moves.filter(EFFECT_GROUPS[self.value("effect")][1]).distinct()
        sort, text = self.value("sort"), self.value("q")
        ordered = sorted(moves, key=lambda move: normalize(move.name))
        ordered.sort(key=MOVE_SORTS[sort][1], reverse=self.direction == "desc")
        if text:
            matching = best_matches(text, ordered, lambda m: (m.slug, m.name_en, m.name_fr))
            ordered = (
                matching
                if sort == "name" and not self.value("order")
                else [m for m in ordered if m in matching]
            )
        return ordered


class TypeCalculator(FilterForm):
    """One type or two, and a cell of the chart that somebody pointed at."""

    type_1 = choice_field(gettext_lazy("First type"), [ANY])
    type_2 = choice_field(gettext_lazy("Second type"), [ANY])
    type_attacking = choice_field(gettext_lazy("Attacking type"), [ANY])
    type_defending = choice_field(gettext_lazy("Defending type"), [ANY])

    @property
    def chosen(self) -> list[Type]:
        """The one or two types to reckon with; a type named twice counts once."""
        slugs = dict.fromkeys([self.value("type_1"), self.value("type_2")])
        return [self.types[slug] for slug in slugs if slug]

    @property
    def cell(self) -> tuple[Type, Type] | None:
        """Attacking and defending type of the cell, when both are given."""
        attacking, defending = self.value("type_attacking"), self.value("type_defending")
        if not attacking or not defending:
            return None
        return self.types[attacking], self.types[defending]
