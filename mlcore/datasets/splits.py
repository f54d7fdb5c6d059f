"""Which duels are learned from and which are kept apart.

Splits go by unordered pair of species (Megas and Alolan forms count with their species), chosen
by a hash that no seed changes: what is held out today is held out in every later data set.
"""

import hashlib

import numpy as np

from mlcore.game.gamedata import GameData

SPLITS = ("train", "validation", "holdout", "unseen")
#: Splits that nothing is fitted on.
HOLDOUTS = ("holdout", "unseen")

_VALIDATION_PERCENT = 10
_HOLDOUT_PERCENT = 10
_UNSEEN_PERCENT = 5


def _percentile(text: str) -> int:
    """0..99, the same for the same text on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 100


def is_unseen(species: int) -> bool:
    """Whether no duel with this species is ever trained on."""
    return _percentile(f"species {species}") < _UNSEEN_PERCENT


def split_of_pair(species_a: int, species_b: int) -> str:
    """The split of all duels between two species, whichever side they are on."""
    if is_unseen(species_a) or is_unseen(species_b):
        return "unseen"
    low, high = sorted((species_a, species_b))
    percentile = _percentile(f"pair {low} {high}")
    if percentile < _HOLDOUT_PERCENT:
        return "holdout"
    if percentile < _HOLDOUT_PERCENT + _VALIDATION_PERCENT:
        return "validation"
    return "train"


def splits_of(game: GameData, form_a: np.ndarray, form_b: np.ndarray) -> np.ndarray:
    """Index into SPLITS of each duel, int8 (k,)."""
    species, index = np.unique(game.form_species, return_inverse=True)
    table = np.array(
        [[SPLITS.index(split_of_pair(int(x), int(y))) for y in species] for x in species],
        dtype=np.int8,
    )
    return table[index[form_a], index[form_b]]
