"""Site navigation: one line per page. A page that does not exist yet has no entry."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: URL name, label and description, in menu order.
ENTRIES: tuple[tuple[str, Promise, Promise], ...] = (
    (
        "battles:compare",
        _("Compare"),
        _("Two Pokémon head to head: who wins, and with which move."),
    ),
    ("battles:battle-setup", _("Battle"), _("Play a battle turn by turn, then review your moves.")),
    ("battles:quiz", _("Quiz"), _("Learn types, moves and winners, ten questions at a time.")),
    (
        "pokedex:pokemon-list",
        _("Pokédex"),
        _("All Pokémon and forms in Let’s Go, with stats."),
    ),
    ("pokedex:move-list", _("Moves"), _("Every move: power, accuracy, effect, and who learns it.")),
    ("pokedex:types", _("Types"), _("The chart of all 18 types, attacking and defending.")),
    (
        "battles:rankings",
        _("Rankings"),
        _("The strongest, the most useful and the most surprising Pokémon."),
    ),
    ("battles:bosses", _("Bosses"), _("Gym Leaders and the Elite Four, and how to beat them.")),
    ("battles:model", _("Model"), _("How accurate the predictions are.")),
    ("battles:about", _("About"), _("Sources, method, limits, credits and privacy.")),
)


@dataclass(frozen=True)
class NavigationEntry:
    name: str
    label: Promise
    words: Promise
    url: str
    #: Value of ``aria-current``: "page" on the page itself, "true" on pages below it, else empty.
    current: str = ""


def entries(path: str = "") -> list[NavigationEntry]:
    """Entries whose page exists, in the active language; ``path`` is where the visitor is."""
    shown = []
    for name, label, words in ENTRIES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = "page" if path == url else "true" if path.startswith(url) else ""
        shown.append(NavigationEntry(name, label, words, url, current))
    return shown
