"""POST /api/v1/damage/"""

import pytest

PATH = "/api/v1/damage/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def query():
    """A body, changed by the keywords; None takes a key away."""

    def build(**changes):
        body = {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard", "move_a_id": "thunderbolt"}
        return {key: value for key, value in (body | changes).items() if value is not None}

    return build


@pytest.fixture
def answer(ask, query):
    def send(**changes):
        response = ask(PATH, query(**changes))
        assert response.status_code == 200, response.content
        return response.json()

    return send


def test_it_works(answer):
    body = answer()
    assert (body["pokemon_a_id"], body["pokemon_b_id"], body["move_a_id"]) == (25, 6, 85)
    assert body["kind"] == "formula"
    # Base 90 of level 50 against 105: 16 rolls with STAB and x2, as in damage calculators.
    assert body["rolls"] == [68, 72, 72, 72, 72, 74, 74, 74, 78, 78, 78, 78, 80, 80, 80, 84]
    assert (body["target_hp"], body["damage"]) == (153, {"min": 68, "max": 84})
    assert body["percent"]["max"] == pytest.approx(100 * 84 / 153)
    assert [row["uses"] for row in body["knockout"]] == [1, 2, 3, 4]
    assert body["knockout"][1]["chance_by_rolls"] == 0.375
    assert body["knockout"][2]["chance"] == 1


def test_chances_never_fall_with_more_uses(answer):
    knockout = answer(uses=10, pokemon_b_id="snorlax", move_a_id="thunder")["knockout"]
    chances = [row["chance"] for row in knockout]
    assert len(chances) == 10
    assert chances == sorted(chances)
    assert chances[0] < chances[-1] < 1


def test_set_ups_count(answer):
    plain = answer()
    strong = answer(setup_a={"level": 100, "nature": "modest", "avs": {"special_attack": 200}})
    assert strong["rolls"][0] > plain["rolls"][-1]
    assert answer(setup_b={"avs": {"hp": 200}})["target_hp"] == plain["target_hp"] + 200


@pytest.mark.parametrize(
    ("a", "move", "b", "kind"),
    [
        ("gengar", "night-shade", "charizard", "fixed"),
        ("mewtwo", "psywave", "charizard", "random_level"),
        ("raticate", "super-fang", "charizard", "half_hp"),
        ("dugtrio", "fissure", "arbok", "one_hit_ko"),
        ("machamp", "counter", "charizard", "reactive"),
        ("dugtrio", "earthquake", "charizard", "nothing"),
    ],
)
def test_kinds_of_damage(answer, a, move, b, kind):
    body = answer(pokemon_a_id=a, move_a_id=move, pokemon_b_id=b)
    assert body["kind"] == kind
    assert body["rolls"] == [0] * 16


def test_a_target_needs_no_damaging_move(answer):
    assert answer(pokemon_b_id="ditto")["pokemon_b_id"] == 132


def test_it_costs_no_query(ask, query, game, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask(PATH, query()).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"pokemon_a_id": None}, ("pokemon_a_id", "required")),
        ({"pokemon_a_id": "ditto"}, ("pokemon_a_id", "no_damaging_move")),
        ({"pokemon_b_id": "charizrd"}, ("pokemon_b_id", "unknown_pokemon")),
        ({"move_a_id": "growl"}, ("move_a_id", "status_move")),
        ({"move_a_id": "flamethrower"}, ("move_a_id", "move_not_learnable")),
        ({"move_a_id": []}, ("move_a_id", "wrong_type")),
        ({"move_b_id": "flamethrower"}, ("move_b_id", "unknown_key")),
        ({"uses": 0}, ("uses", "not_in_range")),
        ({"uses": 11}, ("uses", "not_in_range")),
        ({"uses": True}, ("uses", "wrong_type")),
        ({"setup_b": {"level": 0}}, ("setup_b.level", "not_in_range")),
        ({"setup_b": []}, ("setup_b", "wrong_type")),
    ],
)
def test_it_rejects(refused, query, changes, error):
    assert refused(PATH, query(**changes)) == {error}


def test_it_rejects_other_methods(client):
    assert client.get(PATH).status_code == 405


# Conditions


def test_conditions_are_those_of_the_start_by_default(answer):
    plain = answer()
    assert answer(conditions_a={}, conditions_b={"status": "none"}, critical=False) == plain
    assert plain["target_hp_left"] == plain["target_hp"]


@pytest.mark.parametrize(
    ("changes", "rolls"),
    [
        # As the damage tab says: +2, a screen, a burned physical attacker, criticals.
        ({"conditions_a": {"stages": {"special_attack": 2}}}, (136, 164)),
        ({"conditions_a": {"stages": {"attack": 6}}}, (68, 84)),
        ({"conditions_b": {"stages": {"special_defense": 6}}}, (18, 22)),
        ({"conditions_b": {"light_screen": True}}, (34, 42)),
        ({"conditions_b": {"reflect": True}}, (68, 84)),
        ({"critical": True}, (104, 126)),
    ],
)
def test_conditions_count(answer, changes, rolls):
    body = answer(**changes)
    assert (body["damage"]["min"], body["damage"]["max"]) == pytest.approx(rolls, abs=4)


def test_a_burned_attacker_and_a_wounded_target(answer):
    plain = answer(move_a_id="quick-attack")
    burned = answer(move_a_id="quick-attack", conditions_a={"status": "burn"})
    assert burned["damage"]["max"] == pytest.approx(plain["damage"]["max"] / 2, abs=1)
    wounded = answer(conditions_b={"hp": 70})
    assert (wounded["target_hp"], wounded["target_hp_left"]) == (153, 70)
    assert wounded["knockout"][0]["chance_by_rolls"] == 15 / 16
    asleep = answer(
        pokemon_a_id="gengar", move_a_id="dream-eater", conditions_b={"status": "sleep"}
    )
    assert not asleep["needs_sleeping_target"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"conditions_a": {"stages": {"attack": 7}}}, "conditions_a.stages.attack", "not_in_range"),
        ({"conditions_a": {"stages": {"speed": 1}}}, "conditions_a.stages.speed", "unknown_key"),
        ({"conditions_a": {"stages": 2}}, "conditions_a.stages", "not_an_object"),
        ({"conditions_b": {"hp": 0}}, "conditions_b.hp", "not_in_range"),
        ({"conditions_b": {"hp": 154}}, "conditions_b.hp", "not_in_range"),
        ({"conditions_b": {"hp": True}}, "conditions_b.hp", "wrong_type"),
        ({"conditions_b": {"status": "burned"}}, "conditions_b.status", "not_a_choice"),
        ({"conditions_b": {"reflect": 1}}, "conditions_b.reflect", "wrong_type"),
        ({"conditions_b": []}, "conditions_b", "not_an_object"),
        ({"critical": "yes"}, "critical", "wrong_type"),
    ],
)
def test_it_rejects_conditions_that_cannot_be(ask, query, changes, field, code):
    response = ask(PATH, query(**changes))
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert error["allowed"]
