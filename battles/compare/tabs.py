"""The tabs under the arena: which there are, which is open, and what the open one shows."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

#: Codes as in the address, the default first.
TABS = {
    "moves": gettext_lazy("Moves"),
    "grid": gettext_lazy("Grid"),
    "damage": gettext_lazy("Damage"),
    "simulation": gettext_lazy("Simulation"),
    "stats": gettext_lazy("Stats"),
    "types": pgettext_lazy("type matchups", "Types"),
    "share": gettext_lazy("Share"),
    "export": gettext_lazy("Export"),
}
DEFAULT = "moves"


@dataclass(frozen=True)
class TabLink:
    code: str
    label: str
    url: str
    is_current: bool


def read_tab(data: QueryDict) -> str:
    """The tab that an address asks for; the default for an unknown one.

    Addresses from before the tabs name only a simulation.
    """
    tab = data.get("tab", "")
    if tab in TABS:
        return tab
    return "simulation" if data.get("referee") else DEFAULT


def open_tab(wanted: str, available: list[str]) -> str:
    """The tab that is shown: the wanted one, else the first that there is; "" without any."""
    if wanted in available:
        return wanted
    return available[0] if available else ""
