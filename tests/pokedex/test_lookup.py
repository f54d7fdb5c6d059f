"""Names as people type them."""

import pytest

from pokedex.lookup import normalize
from pokedex.models import Move, Pokemon


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Charizard-Mega-X", "charizardmegax"),
        (" charizard mega x ", "charizardmegax"),
        ("Évoli", "evoli"),
        ("E\u0301voli", "evoli"),
        ("Mr. Mime", "mrmime"),
        ("Farfetch’d", "farfetchd"),
        ("Nidoran♀", "nidoranf"),
        ("Nidoran♂", "nidoranm"),
        ("Nœunœuf", "noeunoeuf"),
        ("TÉNÈBRES", "tenebres"),
        ("", ""),
        ("-. '\x00", ""),
        ("ピカチュウ", "ヒカチュウ"),
    ],
)
def test_normalize(text, key):
    assert normalize(text) == key
    assert normalize(key) == key


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("charizardmegax", "charizard-mega-x"),
        ("MEGA CHARIZARD X", "charizard-mega-x"),
        ("méga dracaufeu x", "charizard-mega-x"),
        ("evoli", "eevee"),
        ("Vulpix-Alola", "vulpix-alola"),
        ("goupix d’alola", "vulpix-alola"),
        ("nidoran♀", "nidoran-f"),
        ("nidoran m", "nidoran-m"),
        ("m mime", "mr-mime"),
    ],
)
def test_a_form_is_called(text, slug):
    assert Pokemon.objects.called(text).get().slug == slug


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("thunderpunch", "thunder-punch"),
        ("Poing Éclair", "thunder-punch"),
        ("bomboeuf", "egg-bomb"),
        ("DAMOCLES", "double-edge"),
        ("u turn", "u-turn"),
    ],
)
def test_a_move_is_called(text, slug):
    assert Move.objects.called(text).get().slug == slug


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", "♥", "pikachuu", "pika", "\x00"])
def test_nothing_is_called_so(text):
    assert not Pokemon.objects.called(text).exists()


@pytest.mark.django_db
def test_search_finds_parts_of_names_in_both_languages():
    assert {one.slug for one in Pokemon.objects.search("Pika")} == {"pikachu", "pikachu-starter"}
    assert {one.slug for one in Pokemon.objects.search("évol")} == {"eevee", "eevee-starter"}
    assert Pokemon.objects.search(" ").count() == 188
    assert Pokemon.objects.search("♥").count() == 0
