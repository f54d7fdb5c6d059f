"""The quiz: its questions, what is counted, and what a page gives away."""

import datetime
import json
import re

import numpy as np
import pytest
from django.core import signing
from django.test import Client

from battles.quiz import questions as quiz
from battles.quiz import rounds, wording
from battles.quiz.rounds import DAILY_PLAN, ROUND_LENGTH, Rounds
from mlcore.game import gamedata
from pokedex.models import Move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm")]

SEEDS = range(24)


@pytest.fixture
def game(warm):
    return gamedata.current()


def form(game, slug):
    return game.form_slugs.index(slug)


# Questions


@pytest.mark.parametrize("level", quiz.LEVELS)
@pytest.mark.parametrize("kind", quiz.KINDS)
def test_it_works(game, kind, level):
    for seed in SEEDS:
        question = quiz.make_question(game, seed, kind, level)
        assert question.kind == kind
        assert len(set(question.choices)) == len(question.choices)
        assert 0 <= question.answer < len(question.choices)
        assert quiz.make_question.__wrapped__(game, seed, kind, level) == question


@pytest.mark.parametrize("kind", quiz.KINDS)
def test_seeds_give_different_questions(game, kind):
    questions = {quiz.make_question(game, seed, kind, "medium") for seed in SEEDS}
    assert len(questions) > len(SEEDS) * 0.8


@pytest.mark.parametrize(
    ("level", "percents"),
    [("easy", {0, 50, 100, 200}), ("medium", {0, 25, 50, 100, 200, 400})],
)
def test_every_multiplier_is_asked(game, level, percents):
    asked = [quiz.make_question(game, seed, "types", level) for seed in range(120)]
    assert {question.percent for question in asked} == percents
    assert {len(question.defending) for question in asked} == {1 if level == "easy" else 2}


@pytest.mark.parametrize("level", quiz.LEVELS)
def test_type_answers_are_those_of_the_chart(game, level):
    from pokedex.models import Move, Pokemon, TypeEffectiveness

    chart = {
        (row.attacking_type.slug, row.defending_type.slug): row.percent
        for row in TypeEffectiveness.objects.select_related("attacking_type", "defending_type")
    }
    for seed in SEEDS:
        question = quiz.make_question(game, seed, "types", level)
        attacking, defending = question.attacking, question.defending
        if level == "hard":
            move = Move.objects.get(slug=question.move)
            assert move.type.slug == attacking
            foe = Pokemon.objects.get(slug=question.pokemon)
            assert tuple(type_.slug for type_ in foe.types) == defending
        percent = 100
        for slug in defending:
            percent = percent * chart[attacking, slug] // 100
        assert question.choices[question.answer] == str(percent)


@pytest.mark.parametrize("level", quiz.LEVELS)
def test_the_strongest_move_is_strongest_by_the_engines_rolls(game, level):
    """Against the mean of the engine's sixteen rolls, for moves that are nothing but a hit."""
    from mlcore.engine.damage import damage_rolls
    from mlcore.engine.specs import MoveColumn, Setups

    low, high = quiz._DAMAGE_GAPS[level]
    compared = 0
    for seed in SEEDS:
        question = quiz.make_question(game, seed, "moves", level)
        ordered = sorted(question.damage)
        assert low <= ordered[3] / ordered[2] < high
        a, b = form(game, question.attacker), form(game, question.defender)
        moves = np.array([game.move_slugs.index(slug) for slug in question.moves])
        assert game.tables.usable[a, moves].all()
        rows = game.tables.moves[moves]
        if (rows[:, MoveColumn.MAX_HITS] > 1).any() or (rows[:, MoveColumn.FIXED_DAMAGE] > 0).any():
            continue
        rolls = damage_rolls(
            game.tables, Setups.flat(np.full(4, a)), moves, Setups.flat(np.full(4, b))
        )
        mean = rolls.mean(axis=1) * np.where(
            rows[:, MoveColumn.ACCURACY] > 0, rows[:, MoveColumn.ACCURACY], 100
        )
        if mean.min() > 0 and np.sort(mean)[3] > 1.15 * np.sort(mean)[2]:
            assert int(mean.argmax()) == question.answer
            compared += 1
    assert compared >= 5


@pytest.mark.parametrize("level", quiz.LEVELS)
def test_the_winner_wins_other_battles_too(game, level):
    from mlcore.engine.simulate import simulate_duels
    from mlcore.engine.specs import Setups

    for seed in SEEDS[:8]:
        question = quiz.make_question(game, seed, "winner", level)
        assert question.a != question.b
        outcome = simulate_duels(
            game.tables,
            Setups.flat(np.array([form(game, question.a)])),
            np.array([game.move_slugs.index(question.move_a)]),
            Setups.flat(np.array([form(game, question.b)])),
            np.array([game.move_slugs.index(question.move_b)]),
            plays=2_000,
            seed=99,
        )
        share = float(outcome.win_share[0])
        assert abs(share - question.share_a) < 0.06
        assert (share > 0.5) == (question.answer == 0)
        assert max(share, 1 - share) > {"easy": 0.9, "medium": 0.75, "hard": 0.58}[level]


def test_nothing_to_ask_about_says_so(game):
    with pytest.raises(quiz.NoQuestion):
        list(quiz._pairs(game, np.random.default_rng(0), np.array([3])))


# Tokens


def test_token_is_read_back(game):
    ticket = quiz.Ticket("round", 3, "types", "easy", quiz.fingerprint(game))
    assert quiz.Ticket.read(ticket.token) == ticket


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\x00", "é" * 500])
def test_token_rejects_what_the_site_did_not_sign(token):
    with pytest.raises(quiz.BadToken):
        quiz.Ticket.read(token)


def test_token_rejects_what_was_signed_for_something_else():
    for token in (signing.dumps([1]), signing.dumps([1, 2], salt="battles.quiz")):
        with pytest.raises(quiz.BadToken):
            quiz.Ticket.read(token)


def test_token_rejects_changes(game):
    token = quiz.Ticket("round", 3, "types", "easy", quiz.fingerprint(game)).token
    with pytest.raises(quiz.BadToken):
        quiz.Ticket.read(token.replace(token[5], "Z" if token[5] != "Z" else "Y", 1))


def test_seed_depends_on_the_sites_key(settings):
    ticket = quiz.Ticket("round", 3, "types", "easy", "f")
    before = ticket.seed
    assert ticket.seed == before
    settings.SECRET_KEY = "another"
    assert ticket.seed != before


# Rounds on pages


def begin(client, kind="types", level="easy"):
    answer = client.post("/quiz/", {"kind": kind, "level": level})
    assert (answer.status_code, answer["Location"]) == (303, "/quiz/round/")


def stored(client, name="round"):
    return Rounds(client.session).get(name)


def token_on(response):
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


def right_choice(token):
    return quiz.ask(gamedata.current(), quiz.Ticket.read(token)).answer


def answer_next(client, *, right=True, address="/quiz/round/"):
    token = token_on(client.get(address))
    choice = right_choice(token)
    return client.post(address, {"token": token, "choice": choice if right else 1 - min(choice, 1)})


def test_a_round_from_start_to_end(client, words):
    begin(client)
    for k in range(ROUND_LENGTH):
        response = answer_next(client, right=k != 4)
        assert (response.status_code, response["Location"]) == (303, f"/quiz/round/?q={k + 1}")
        text = words(client.get(response["Location"]))
        assert ("Right!" in text) == (k != 4)
        assert ("Not quite" in text) == (k == 4)
    text = words(client.get("/quiz/round/"))
    assert "9 of 10 right" in text
    assert "Very strong" in text
    text = words(client.get("/quiz/"))
    assert "Easy 9/10" in text
    assert "Current streak 5" in text


def test_best_score_stays_the_best(client):
    for right in (True, False):
        begin(client, "types", "easy")
        for _ in range(ROUND_LENGTH):
            answer_next(client, right=right)
    record = Rounds(client.session).record
    assert record.best == {("types", "easy"): ROUND_LENGTH}
    assert (record.streak, record.best_streak) == (0, ROUND_LENGTH)


def test_an_answer_counts_once(client):
    begin(client)
    token = token_on(client.get("/quiz/round/"))
    choice = right_choice(token)
    for again in (choice, choice, 0, 3):
        response = client.post("/quiz/round/", {"token": token, "choice": again})
        assert response["Location"] == "/quiz/round/?q=1"
    assert stored(client).marks == [True]
    assert stored(client).answers == [choice]
    assert Rounds(client.session).record.streak == 1


def test_a_wrong_answer_cannot_be_taken_back(client):
    begin(client)
    token = token_on(client.get("/quiz/round/"))
    right = right_choice(token)
    for choice in ((right + 1) % 4, right):
        client.post("/quiz/round/", {"token": token, "choice": choice})
    assert stored(client).marks == [False]


def test_answers_are_not_on_the_page(client):
    """The page of an open question is the same whichever answer is right, but for the question."""
    begin(client)
    html = client.get("/quiz/round/").content.decode()
    for word in ("is-right", "is-missed", "is-wrong", "quiz-verdict", "data-answer", "seed"):
        assert word not in html
    token = token_on(client.get("/quiz/round/"))
    payload = json.dumps(signing.loads(token, salt="battles.quiz"))
    ticket = quiz.Ticket.read(token)
    question = quiz.ask(gamedata.current(), ticket)
    assert str(ticket.seed) not in html
    assert question.attacking not in payload
    assert len(json.loads(payload)) == 5


def test_hard_type_questions_hide_the_types(client, game):
    begin(client, "types", "hard")
    html = client.get("/quiz/round/").content.decode()
    card = html.partition('class="card quiz-card"')[2].partition("</section>")[0]
    assert 'class="type type-' not in card
    assert 'class="avatar"' not in card
    assert "?" in card


@pytest.mark.parametrize("kind", quiz.ROUND_KINDS)
@pytest.mark.parametrize("language", ["", "/fr"])
def test_every_kind_is_shown_and_explained(client, words, kind, language):
    begin(client, kind, "hard")
    for k in range(3):
        answer_next(client)
        response = client.get(f"{language}/quiz/round/?q={k + 1}")
        text = words(response)
        question = quiz.ask(gamedata.current(), stored(client).ticket(k))
        from django.utils import translation

        with translation.override("fr" if language else "en"):
            sentences = wording.explanation(question, wording.names_of(question))
        for sentence in sentences:
            assert re.sub(r"\s+", " ", sentence.replace("\u00a0", " ")) in text.replace(
                "&#x27;", "'"
            )


def test_question_beyond_the_next_shows_the_next(client, words):
    begin(client)
    for q in ("7", "10"):
        assert "Question 1 of 10" in words(client.get(f"/quiz/round/?q={q}"))


@pytest.mark.parametrize("q", ["0", "-1", "x", "99999999999999999999", "\x00", "½"])
def test_question_numbers_of_nonsense_do_no_harm(client, words, q):
    begin(client)
    response = client.get("/quiz/round/", {"q": q})
    assert response.status_code == 200
    assert "Question 1 of 10" in words(response)


@pytest.mark.parametrize("choice", ["", "4", "-1", "x", "\x00", "1" * 5000])
def test_choices_of_nonsense_are_not_counted(client, words, choice):
    begin(client)
    token = token_on(client.get("/quiz/round/"))
    response = client.post("/quiz/round/", {"token": token, "choice": choice}, follow=True)
    assert "Choose one of the answers shown." in words(response)
    assert stored(client).marks == []


@pytest.mark.parametrize("token", ["", "x:y:z", "\x00"])
def test_tokens_of_nonsense_are_not_counted(client, words, token):
    begin(client)
    response = client.post("/quiz/round/", {"token": token, "choice": "0"}, follow=True)
    assert "wasn’t counted" in words(response)
    assert stored(client).marks == []


def test_token_of_an_earlier_round_is_not_counted(client, words):
    begin(client)
    old = token_on(client.get("/quiz/round/"))
    begin(client)
    response = client.post("/quiz/round/", {"token": old, "choice": "0"}, follow=True)
    assert "wasn’t counted" in words(response)
    assert stored(client).marks == []


def test_token_of_another_visitor_is_not_counted(client):
    other = Client()
    begin(other)
    begin(client)
    theirs = token_on(other.get("/quiz/round/"))
    client.post("/quiz/round/", {"token": theirs, "choice": "0"})
    assert stored(client).marks == []


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "x"}, {"kind": "types", "level": "x"}, {"kind": "\x00"}]
)
def test_beginning_rejects_others_in_words(client, words, sent):
    response = client.post("/quiz/", sent)
    assert response.status_code == 400
    assert "Choose one of the quizzes" in words(response)


def test_no_round_leads_to_the_lobby(client, words):
    response = client.get("/quiz/round/", follow=True)
    assert "No round in progress." in words(response)


def test_a_form_without_a_token_against_forgery_is_refused():
    assert Client(enforce_csrf_checks=True).post("/quiz/", {"kind": "types"}).status_code == 403


def test_looking_sets_no_session(client):
    client.get("/quiz/")
    client.get("/quiz/daily/")
    assert "sessionid" not in client.cookies


def test_changed_facts_begin_a_new_round(client, facts_change):
    begin(client)
    answer_next(client)
    before = stored(client)
    Move.objects.filter(slug="pound").update(power=45)
    gamedata.forget()
    client.get("/quiz/round/")
    after = stored(client)
    assert (after.kind, after.level) == (before.kind, before.level)
    assert after.id != before.id
    assert after.marks == []


def test_htmx_gets_the_question_alone(client):
    begin(client)
    response = client.get("/quiz/round/", headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert html.count('id="quiz-round"') == 1
    assert 'id="live" hx-swap-oob="innerHTML"' in html
    assert "HX-Request" in response["Vary"]


# The quiz of the day


def play_daily(client, rights):
    for right in rights:
        answer_next(client, right=right, address="/quiz/daily/")


def test_daily_is_the_same_for_everybody(client, words):
    def all_prompts(client):
        prompts = []
        for _ in DAILY_PLAN:
            prompts.append(
                re.search(
                    r'id="quiz-title"[^>]*>([^<]+)', client.get("/quiz/daily/").content.decode()
                )[1]
            )
            play_daily(client, [True])
        return prompts

    assert all_prompts(client) == all_prompts(Client())


def test_days_differ(game):
    def first(day):
        round_ = rounds.daily_round(datetime.date(2026, 11, day), quiz.fingerprint(game))
        return tuple(quiz.ask(game, round_.ticket(k)) for k in range(round_.length))

    assert first(23) != first(24)


def test_daily_can_be_played_once_and_shared(client, words):
    rights = [True, False] * (len(DAILY_PLAN) // 2)
    play_daily(client, rights)
    response = client.get("/quiz/daily/")
    html = response.content.decode()
    shared = re.search(r'<textarea[^>]*id="share-text"[^>]*>([^<]+)', html)[1]
    today = stored(client, "daily").day
    assert shared.splitlines() == [
        f"PredictionDex quiz {today}: {sum(rights)}/{len(rights)}",
        "🟩⬛" * (len(rights) // 2),
        "http://testserver/quiz/daily/",
    ]
    token = stored(client, "daily").ticket(0).token
    client.post("/quiz/daily/", {"token": token, "choice": "0"})
    assert stored(client, "daily").marks == rights
    assert "See and share your result" in words(client.get("/quiz/"))


def test_yesterdays_answer_is_not_counted_today(client, words, game):
    yesterday = rounds.daily_round(datetime.date(2020, 1, 1), quiz.fingerprint(game))
    token = yesterday.ticket(0).token
    response = client.post("/quiz/daily/", {"token": token, "choice": "0"}, follow=True)
    assert "wasn’t counted" in words(response)
    assert stored(client, "daily") is None


def test_daily_leaves_best_scores_alone(client):
    play_daily(client, [True] * len(DAILY_PLAN))
    assert Rounds(client.session).record.best == {}
