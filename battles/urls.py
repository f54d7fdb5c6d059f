"""Routes of the pages."""

from django.urls import path

from battles.bosses import views as bosses
from battles.cards import results as result_cards
from battles.cards import views as share_cards
from battles.compare import damage, paste, sharing, simulation
from battles.compare import views as compare
from battles.insights import views as insights
from battles.play import matchup_views, setup_views
from battles.play import views as battle_views
from battles.quiz import views as quiz_views
from battles.rankings import matrix as ranking_matrix
from battles.rankings import views as rankings
from battles.site import about, crawlers, model_card, pictures, styleguide, theme
from battles.site import home as site_home
from battles.site import search as views_search

app_name = "battles"
urlpatterns = [
    path("", site_home.home, name="home"),
    path("compare/", compare.compare, name="compare"),
    path("battle/", setup_views.battle_setup, name="battle-setup"),
    path("battle/matchups/", matchup_views.battle_matchups, name="battle-matchups"),
    path("battle/<slug:public_id>/", battle_views.battle, name="battle"),
    path("battle/<slug:public_id>/turn/<int:turn>/", battle_views.battle_turn, name="battle-turn"),
    path("battle/<slug:public_id>/guest/", battle_views.battle_guest, name="battle-guest"),
    path("battle/<slug:public_id>/move/", battle_views.battle_move, name="battle-move"),
    path("battle/<slug:public_id>/forfeit/", battle_views.battle_forfeit, name="battle-forfeit"),
    path("battle/<slug:public_id>/again/", battle_views.battle_again, name="battle-again"),
    path("battle/<slug:public_id>/log.txt", battle_views.battle_log, name="battle-log"),
    path("compare/damage/", damage.damage, name="damage"),
    path("compare/referee/", simulation.simulate, name="simulation"),
    path("compare/paste/", paste.paste, name="paste"),
    path("compare/forget/", sharing.forget_recent, name="forget_recent"),
    path("model/", model_card.model, name="model"),
    path("search/", views_search.search, name="search"),
    path("quiz/", quiz_views.lobby, name="quiz"),
    path("quiz/round/", quiz_views.practice, name="quiz-round"),
    path("quiz/daily/", quiz_views.daily, name="quiz-daily"),
    path("cards/site.png", share_cards.site_card, name="site-card"),
    path("cards/compare.png", share_cards.compare_card, name="compare-card"),
    path("cards/pokemon/<str:slug>.png", share_cards.pokemon_card, name="pokemon-card"),
    path("cards/battle/<slug:public_id>.png", result_cards.battle_card, name="battle-card"),
    path("cards/quiz.png", result_cards.quiz_card, name="quiz-card"),
    path("manifest.webmanifest", crawlers.manifest, name="manifest"),
    path("about/", about.about, name="about"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("theme/", theme.set_theme, name="theme"),
    path("pictures/", pictures.set_pictures, name="pictures"),
    path("pokemon/<str:slug>/insights/", insights.pokemon_insights, name="pokemon-insights"),
    path("rankings/", rankings.ranking, name="rankings"),
    path("rankings/start/", rankings.start, name="rankings-start"),
    path("rankings/matrix/", ranking_matrix.matrix, name="ranking-matrix"),
    path("bosses/", bosses.bosses, name="bosses"),
    path("bosses/<str:slug>/", bosses.boss, name="boss"),
]
