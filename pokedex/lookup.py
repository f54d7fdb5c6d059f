"""Names as people type them: one key for every spelling of the same name."""

import unicodedata

# NFKD takes accents off letters but leaves ligatures and symbols alone.
_REPLACEMENTS = str.maketrans({"♀": "f", "♂": "m", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})


def normalize(text: str) -> str:
    """The key of ``text``: lower-case letters and digits, without accents.

    ``Charizard-Mega-X`` and ``charizard mega x`` give ``charizardmegax``, ``Évoli`` gives
    ``evoli``, ``Nidoran♀`` gives ``nidoranf``. The key of a key is the key itself.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_REPLACEMENTS).casefold())
    return "".join(sign for sign in decomposed if sign.isalnum())
