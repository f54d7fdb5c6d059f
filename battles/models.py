"""Saved battles and API keys."""

import secrets

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


def new_public_id() -> str:
    """96 random bits, so that addresses of battles cannot be guessed."""
    return secrets.token_urlsafe(12)


def default_scopes() -> list[str]:
    return [Scope.READ, Scope.PREDICT, Scope.SIMULATE]


class Scope(models.TextChoices):
    """What an API key may do."""

    READ = "read", _("read game data, models and battles")
    PREDICT = "predict", _("request predictions")
    SIMULATE = "simulate", _("run simulations and play battles")
    ADMIN = "admin", _("everything")


class GameSnapshot(models.Model):
    """The game data that battles were played with, unaffected by later changes in the admin.

    One row for each state of the facts that a battle was begun with. ``data`` is written and
    read by battles/play/snapshots.py, ``digest`` is its SHA-256.
    """

    digest = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(max_length=64, help_text="As mlcore.gamedata computes it.")
    data = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.digest[:12]


class Strength(models.TextChoices):
    """How the opponent chooses its move, from the weakest to the strongest."""

    RANDOM = "random", pgettext_lazy("opponent", "Easy")
    STRONGEST = "strongest", pgettext_lazy("opponent", "Normal")
    MODEL = "model", pgettext_lazy("opponent", "Hard")
    SEARCH = "search", pgettext_lazy("opponent", "Expert")
    VALUE = "value", pgettext_lazy("opponent", "Master")


class Result(models.TextChoices):
    """How a battle ended for the person who played it."""

    OPEN = "", _("in progress")
    WON = "won", pgettext_lazy("battle", "won")
    LOST = "lost", pgettext_lazy("battle", "lost")
    DRAW = "draw", pgettext_lazy("battle", "draw")
    FORFEIT = "forfeit", pgettext_lazy("battle", "forfeited")


class Battle(models.Model):
    """A battle that a person (side A) plays against the program (side B).

    Its state is never stored: seed, set-up, snapshot and choices give it again, turn by turn.

    owner      SHA-256 of the secret in the player's cookie
    setup      {"a": side, "b": side}, side = {"form", "slug", "en", "fr", "level", "moves"}, and
               "raised" where it is not as under standard rules
    choices    [[slot of A, slot of B], ...], one pair a turn, -1 where nothing was to choose
    state_check  CRC-32 of the state after the last turn: a replay must end there
    chances    [[share that A wins, games], ...] before the first turn and after each; games is
               None where the value of battle states answered, 0 once the battle is decided
    reviews    [{slot: [worth, share]}, ...] of A's choices, turn by turn and, while the battle
               goes on, of the turn to come; {slot: worth} where playouts answered
    events     rows of mlcore/engine/events.py; written at the end, so that the log stays as it is
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    owner = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.ForeignKey(GameSnapshot, models.PROTECT, related_name="battles")
    seed = models.BigIntegerField()
    strength = models.CharField(max_length=10, choices=Strength.choices)
    setup = models.JSONField()
    turns = models.PositiveSmallIntegerField(default=0)
    choices = models.JSONField(default=list)
    state_check = models.BigIntegerField(default=0)
    chances = models.JSONField(default=list)
    reviews = models.JSONField(default=list)
    events = models.JSONField(null=True, blank=True)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.OPEN, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["owner", "-created_at"], name="battle_owner_newest")]

    def __str__(self) -> str:
        return f"{self.public_id}: {self.name_of('a')} / {self.name_of('b')}"

    @property
    def is_over(self) -> bool:
        return bool(self.result)

    def name_of(self, side: str) -> str:
        """The fighter's name in the active language."""
        french = (get_language() or "").startswith("fr")
        return self.setup[side]["fr" if french else "en"]

    @property
    def name_a(self) -> str:
        return self.name_of("a")

    @property
    def name_b(self) -> str:
        return self.name_of("b")


class ApiKey(models.Model):
    """An API key, of which only the SHA-256 is stored.

    ``prefix`` is the beginning of the key, to tell it from others. Keys are random enough
    (256 bits) that a plain hash cannot be turned back.
    """

    name = models.CharField(_("name"), max_length=80, help_text=_("Who uses this key and why."))
    prefix = models.CharField(_("begins with"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"), default=default_scopes)
    rate_per_minute = models.PositiveIntegerField(
        _("requests per minute"),
        null=True,
        blank=True,
        help_text=_("Empty: the default from API_KEY_RATE."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class RateCount(models.Model):
    """The requests a caller has made in the minute ``window``; one row per caller."""

    caller = models.CharField(max_length=80, primary_key=True)
    window = models.BigIntegerField(db_index=True)
    used = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.caller}: {self.used}"
