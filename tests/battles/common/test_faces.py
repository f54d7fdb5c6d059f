"""The plates that stand for Pokémon: a drawing for each form, and no two alike."""

import importlib
import importlib.util
import re
from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from django.apps import apps
from django.conf import settings

from battles.cards import art
from battles.common.faces import face_of
from pokedex.choices import BodyColor, BodyShape, BodySize
from pokedex.models import Pokemon, Type

pytestmark = pytest.mark.django_db

SPRITE = settings.BASE_DIR / "static/img/faces.svg"
CSS = settings.BASE_DIR / "static/css/faces.css"


@pytest.fixture
def faces():
    return {form.slug: face_of(form) for form in Pokemon.objects.with_battle_data()}


def painted(face, size: int) -> np.ndarray:
    """The plate with its number as a card shows it, ``size`` pixels wide."""
    canvas = art.Canvas(size, size, "card")
    art.draw_face(canvas, face, size / 2, size / 2, size / 2)
    return np.asarray(canvas.finished(), dtype=int)


def differing(one: np.ndarray, other: np.ndarray) -> int:
    """Pixels that are clearly of another color."""
    return int((np.abs(one - other).max(axis=2) > 48).sum())


def test_every_form_has_drawings_that_exist(faces):
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text()))
    used = {name for face in faces.values() for name in (*face.ground, *face.body, *face.mark)}
    assert len(faces) == 188
    assert used <= drawn
    shapes = {f"{shape}-{look}" for shape in BodyShape for look in (*BodySize, "calm")}
    types = {f"on-{slug}" for slug in Type.objects.values_list("slug", flat=True)}
    assert shapes | types <= drawn
    assert len(BodyShape) == 14


def test_every_color_and_type_has_its_rule():
    rules = CSS.read_text()
    assert set(re.findall(r"\.avatar-(\w+) \{\n  --face-body", rules)) == set(BodyColor)
    types = set(Type.objects.values_list("slug", flat=True))
    assert set(re.findall(r"\.avatar-first-(\w+) \{", rules)) == types
    assert set(re.findall(r"\.avatar-second-(\w+) \{", rules)) == types


def test_the_sprite_takes_its_colors_from_the_page():
    colors = set(re.findall(r'(?:fill|stroke)="([^"]+)"', SPRITE.read_text()))
    fixed = {color for color in colors if not color.startswith("var(--")}
    assert fixed == {"none", "#ffffff", "#b0247c", "#00797d", "#8a5000"}


def test_the_sprite_is_what_the_tool_draws(monkeypatch):
    monkeypatch.syspath_prepend(settings.BASE_DIR / "tools/faces")
    spec = importlib.util.spec_from_file_location("draw", settings.BASE_DIR / "tools/faces/draw.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert SPRITE.read_text() == tool.sprite()


def test_a_line_grows_and_keeps_its_shape(faces):
    assert [faces[slug].body for slug in ("charmander", "charmeleon", "charizard")] == [
        ("upright-small",),
        ("upright-medium",),
        ("flight-large", "upright-large"),
    ]


@pytest.mark.parametrize(
    ("slug", "ring", "mark"),
    [
        ("venusaur", "ring", ()),
        ("venusaur-mega", "ring-mega", ("mark-mega",)),
        ("charizard-mega-x", "ring-mega", ("mark-mega-x",)),
        ("mewtwo-mega-y", "ring-mega", ("mark-mega-y",)),
        ("raichu-alola", "ring-alolan", ("mark-alolan",)),
        ("pikachu-starter", "ring", ("mark-partner",)),
    ],
)
def test_kinds_of_forms_are_marked(faces, slug, ring, mark):
    assert (faces[slug].ground[1], faces[slug].mark) == (ring, mark)


def test_all_megas_alolan_forms_and_partners_are_marked(faces):
    marks = Counter(face.mark[0].rsplit("-", 1)[0] if face.mark else "" for face in faces.values())
    assert sum(marks.values()) - marks[""] == 15 + 18 + 2


def test_who_takes_better_than_it_gives_looks_calm(faces):
    assert faces["chansey"].body == ("upright-calm",)
    assert faces["mewtwo"].body == ("upright-large",)


@pytest.mark.parametrize("size", [24, 36])
def test_no_two_plates_are_alike(faces, size):
    plates = {slug: painted(face, size) for slug, face in faces.items()}
    alike = [
        (one, other)
        for one, other in combinations(plates, 2)
        if differing(plates[one], plates[other]) < 8
    ]
    assert not alike


def test_the_charmander_line_is_told_apart_at_36_pixels(faces):
    """By the drawing alone: all three under one number."""
    plates = [
        painted(replace(faces[slug], number="000"), 36)
        for slug in ("charmander", "charmeleon", "charizard")
    ]
    assert all(differing(one, other) > 150 for one, other in combinations(plates, 2))


def test_rows_from_before_get_their_looks():
    """Also those that staff edited, which an import leaves alone."""
    Pokemon.objects.filter(slug="pikachu").update(
        color="gray", shape="upright", size="large", is_curated=True
    )
    importlib.import_module("pokedex.migrations.0005_looks").fill_in(apps, None)
    pikachu = Pokemon.objects.get(slug="pikachu")
    assert (pikachu.color, pikachu.shape, pikachu.size) == ("yellow", "quadruped", "small")
