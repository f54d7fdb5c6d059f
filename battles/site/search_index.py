"""Site search: Pokémon, moves, types, bosses and pages, in both languages, typos tolerated."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy, pgettext_lazy

from pokedex.known_facts import KnownFacts, known_facts
from pokedex.lookup import normalize, number_in
from pokedex.matching import EXACT, FOREIGN, MAX_LENGTH, fit, fit_in_language
from pokedex.models import Boss, Pokemon, Type

#: Suggestions while typing; results per group before "All results".
SUGGESTED = 8
SHOWN = 12

KINDS = {
    "pokemon": (gettext_lazy("Pokémon"), "pokedex:pokemon-list"),
    "move": (gettext_lazy("Moves"), "pokedex:move-list"),
    "type": (gettext_lazy("Types"), ""),
    "boss": (gettext_lazy("Bosses"), ""),
    "page": (gettext_lazy("Pages"), ""),
}
#: Pages by route, with search words in both languages.
PAGES = {
    "battles:home": (pgettext_lazy("page", "Home"), "start accueil debut"),
    "battles:compare": (
        gettext_lazy("Compare two Pokémon"),
        "compare versus duel comparer predict",
    ),
    "battles:battle-setup": (pgettext_lazy("page", "Battle"), "battle play fight combat jouer"),
    "battles:quiz": (pgettext_lazy("page", "Quiz"), "quiz game learn jeu apprendre"),
    "pokedex:pokemon-list": (gettext_lazy("Pokédex"), "pokedex list stats liste statistiques"),
    "pokedex:move-list": (gettext_lazy("Moves"), "moves attacks tm capacites attaques ct"),
    "pokedex:types": (
        gettext_lazy("Type chart and calculator"),
        "types chart weakness calculator table faiblesses calculateur",
    ),
    "battles:bosses": (
        gettext_lazy("Bosses"),
        "bosses gym leader elite four champion arene conseil ligue",
    ),
    "battles:rankings": (pgettext_lazy("page", "Rankings"), "rankings best tier classement"),
    "battles:model": (pgettext_lazy("page", "Model"), "model quality modele qualite"),
    "battles:about": (pgettext_lazy("page", "About"), "about sources credits a propos"),
}
#: Stop words of questions.
_IDLE = """
    a an and are at beat beats best by can counter counters does for from how in is learn learns me
    move moves of on pokemon strong the to type types weak weakness what which who with your
    avec au aux bat battre capacite ce comment contre de des du en est et faible faiblesse la le les
    meilleur par pour qu quel quelle quelles quels qui que quoi apprend apprendre sur un une
"""
_IDLE_WORDS = frozenset(_IDLE.split())


@dataclass(frozen=True)
class SearchEntry:
    """Something that can be found by its ``names``."""

    kind: str
    names: tuple[str, ...]
    route: str
    slug: str
    thing: Any = None
    label: Any = ""

    @property
    def name(self) -> str:
        return str(self.label or self.thing.name)

    @property
    def other_name(self) -> str:
        """The name in the other language, if it differs."""
        if self.thing is None:
            return ""
        both = {self.thing.name_en, self.thing.name_fr} - {self.name}
        return both.pop() if both else ""

    @property
    def url(self) -> str:
        if self.kind == "type":
            return f"{reverse(self.route)}?type_1={self.slug}#calculator-title"
        return reverse(self.route, args=[self.slug] if self.slug else None)

    @property
    def kind_name(self) -> str:
        return {
            "pokemon": str(gettext_lazy("Pokémon")),
            "move": str(pgettext_lazy("kind", "Move")),
            "type": str(pgettext_lazy("kind", "Type")),
            "boss": str(pgettext_lazy("kind", "Boss")),
            "page": str(pgettext_lazy("kind", "Page")),
        }[self.kind]


@dataclass
class ResultGroup:
    """Entries of one kind, best first."""

    kind: str
    heading: str
    entries: list[SearchEntry] = field(default_factory=list)
    all_url: str = ""

    @property
    def shown(self) -> list[SearchEntry]:
        return self.entries[:SHOWN]


@lru_cache(maxsize=1)
def _facts(facts: KnownFacts) -> tuple[SearchEntry, ...]:
    """All entries from the game data; one query."""
    return (
        *(
            SearchEntry(
                "pokemon", (p.name_en, p.name_fr, p.slug), "pokedex:pokemon-detail", p.slug, p
            )
            for p in facts.pokemon.values()
        ),
        *(
            SearchEntry("move", (m.name_en, m.name_fr, m.slug), "pokedex:move-detail", m.slug, m)
            for m in facts.moves.values()
        ),
        *(
            SearchEntry("type", (t.name_en, t.name_fr), "pokedex:types", t.slug, t)
            for t in Type.objects.all()
        ),
    )


@lru_cache(maxsize=1)
def _pages() -> tuple[SearchEntry, ...]:
    """The site's pages."""
    entries = []
    for route, (title, words) in PAGES.items():
        try:
            reverse(route)
        except NoReverseMatch:
            continue
        titles = []
        for code in ("en", "fr"):
            with translation.override(code):
                titles.append(str(title))
        entries.append(SearchEntry("page", (*titles, *words.split()), route, "", None, title))
    return tuple(entries)


def index() -> tuple[SearchEntry, ...]:
    """All entries; two queries, three more if the game data has changed."""
    bosses = (
        SearchEntry("boss", (b.name_en, b.name_fr), "battles:boss", b.slug, b)
        for b in Boss.objects.select_related("type")
    )
    return (*_facts(known_facts()), *bosses, *_pages())


def _number(text: str, entries: tuple[SearchEntry, ...]) -> list[SearchEntry]:
    """Forms with that national number."""
    number = number_in(text.strip())
    if number is None:
        return []
    return [e for e in entries if e.kind == "pokemon" and e.thing.species_id == number]


def _of_types(text: str, entries: tuple[SearchEntry, ...]) -> list[SearchEntry]:
    """Forms that have all types named in the text."""
    parts = [normalize(part) for part in text.split()]

    def has(pokemon: Pokemon, part: str) -> bool:
        names = (name for kind in pokemon.types for name in (kind.name_en, kind.name_fr))
        return any(normalize(name) == part for name in names)

    return [
        e
        for e in entries
        if e.kind == "pokemon" and parts and all(has(e.thing, part) for part in parts)
    ]


def _ranked(text: str, entries: tuple[SearchEntry, ...], *, typos: bool) -> list[tuple[float, int]]:
    """(place, index) of the matching entries, best first; ties in the order of kinds."""
    order = list(KINDS)
    # All names begin with the English and the French one.
    own = 1 if (translation.get_language() or "").startswith("fr") else 0
    matches = []
    for at, entry in enumerate(entries):
        place = fit_in_language(text, entry.names, entry.names[own], typos=typos)
        if place is not None:
            matches.append((place, order.index(entry.kind), at))
    return [(place, at) for place, _kind, at in sorted(matches)]


def is_named(text: str, entry: SearchEntry) -> bool:
    """Whether the text is a whole name of the entry, or its number."""
    return fit(text, entry.names) == EXACT or bool(_number(text, (entry,)))


def find(text: str) -> list[SearchEntry]:
    """Matches of ``text``, best first: names, else misspelled names, else names in a question."""
    text = text[:MAX_LENGTH]
    if not normalize(text):
        return []
    entries = index()
    if numbered := _number(text, entries):
        return numbered
    ranked = _ranked(text, entries, typos=False)
    typed = _of_types(text, entries)
    if not ranked and not typed:
        ranked = _ranked(text, entries, typos=True)
    if not ranked and not typed:
        words = text.replace("’", " ").replace("'", " ").split()
        for typos in (False, True):
            for word in words:
                if len(normalize(word)) > 2 and normalize(word) not in _IDLE_WORDS:
                    hits = _ranked(word, entries, typos=typos)
                    # A word of a question counts if it is a whole name, not part of one.
                    ranked += [hit for hit in hits if typos or hit[0] in (EXACT, EXACT + FOREIGN)]
            if ranked:
                break
    matches = [entries[at] for _place, at in ranked]
    return list(dict.fromkeys([*matches, *typed]))


def groups(matches: list[SearchEntry], query: str) -> list[ResultGroup]:
    """The entries by kind; the kind of the best entry comes first."""
    by_kind: dict[str, ResultGroup] = {}
    for entry in matches:
        heading, route = KINDS[entry.kind]
        group = by_kind.setdefault(entry.kind, ResultGroup(entry.kind, str(heading)))
        group.entries.append(entry)
        if route and len(group.entries) > SHOWN:
            group.all_url = f"{reverse(route)}?{query}"
    return list(by_kind.values())
