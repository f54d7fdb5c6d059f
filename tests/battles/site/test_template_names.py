"""A template that asks for a name that no view gives shows nothing, silently: that fails here."""

import logging
import re

import pytest
from django.template import engines

from battles.compare.tabs import TABS

PAIR = "?a=alakazam&b=gyarados"
PAGES = [
    "/",
    f"/compare/{PAIR}",
    *(f"/compare/{PAIR}&tab={tab}" for tab in TABS),
    f"/compare/damage/{PAIR}&by=a&move=psychic",
    f"/battle/{PAIR}",
    "/quiz/",
    "/quiz/daily/",
    "/pokemon/",
    "/pokemon/gyarados/",
    "/pokemon/gyarados/insights/",
    "/pokemon/gyarados/insights/?play=one-move",
    "/moves/",
    "/moves/thunderbolt/",
    "/types/?type_1=water",
    "/rankings/",
    "/rankings/matrix/",
    "/bosses/",
    "/bosses/lance/?team=Starmie",
    "/bosses/lance/?team=Starmie&play=one-move",
    "/model/",
    "/about/",
    "/search/?q=fire",
]
#: Names that a component does without: it says so in its comment, or asks with ``if``.
OPTIONAL = {
    *("og_title", "og_description", "og_url", "card_words"),
    *("small", "hide_types", "nameless", "swapped", "bracket", "meter_id"),
    *("is_kept", "learned", "strength", "is_over", "is_end", "coverage", "live", "target"),
    # Errors of a set-up and of an import, where there are none.
    *("level", "friendship", "nature", "ivs", "avs", "text", "pasted"),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion", "ranked")
@pytest.mark.parametrize("path", PAGES)
def test_templates_ask_for_names_that_are_there(page, path, caplog):
    caplog.set_level(logging.DEBUG, "django.template")
    page(path)
    asked = {
        re.search(r"variable '(\w+)'", line)[1] for line in caplog.messages if "variable" in line
    }
    assert asked - OPTIONAL == set()


@pytest.mark.django_db
def test_the_check_can_fail(caplog):
    caplog.set_level(logging.DEBUG, "django.template")
    engines["django"].from_string("{{ nobody }}").render({})
    assert "variable 'nobody'" in caplog.text
