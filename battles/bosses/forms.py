"""The form of a boss's page."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from battles.common.forms import AddressForm
from battles.common.plays import Play
from pokedex.choices import GameEdition

MAX_TEXT = 2000


class BossForm(AddressForm):
    """Your level, your team, and filters."""

    level = forms.IntegerField(
        required=False, min_value=1, max_value=100, label=gettext_lazy("Your level")
    )
    edition = forms.ChoiceField(
        required=False, choices=GameEdition.choices, label=gettext_lazy("Your game")
    )
    megas = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("with Mega Evolutions")), ("no", gettext_lazy("without"))],
        label=gettext_lazy("Counters"),
    )
    play = forms.ChoiceField(required=False, choices=Play.choices, label=gettext_lazy("Battles"))
    team = forms.CharField(
        required=False,
        strip=True,
        widget=forms.Textarea,
        label=gettext_lazy("Your team"),
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        # The text is read up to its limit; unreadable parts are reported there.
        self.fields["team"].validators = []
        self.is_valid()

    @property
    def chosen_edition(self) -> str:
        return self.cleaned_data.get("edition") or GameEdition.PIKACHU

    @property
    def team_text(self) -> str:
        return str(self.cleaned_data.get("team", ""))
