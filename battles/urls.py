"""Pages that people touch."""

from django.urls import path

from battles import (
    about,
    battle_views,
    bosses,
    compare,
    compare_damage,
    compare_paste,
    compare_referee,
    compare_share,
    insights,
    model_page,
    quiz_views,
    ranking_matrix,
    rankings,
    styleguide,
    theme,
    views_search,
)

app_name = "battles"
urlpatterns = [
    path("", views_search.home, name="home"),
    path("compare/", compare.compare, name="compare"),
    path("battle/", battle_views.battle_setup, name="battle-setup"),
    path("battle/<slug:public_id>/", battle_views.battle, name="battle"),
    path("battle/<slug:public_id>/move/", battle_views.battle_move, name="battle-move"),
    path("battle/<slug:public_id>/forfeit/", battle_views.battle_forfeit, name="battle-forfeit"),
    path("battle/<slug:public_id>/again/", battle_views.battle_again, name="battle-again"),
    path("battle/<slug:public_id>/log.txt", battle_views.battle_log, name="battle-log"),
    path("compare/damage/", compare_damage.damage, name="damage"),
    path("compare/referee/", compare_referee.referee, name="referee"),
    path("compare/paste/", compare_paste.paste, name="paste"),
    path("compare/forget/", compare_share.forget_recent, name="forget_recent"),
    path("model/", model_page.model, name="model"),
    path("search/", views_search.search, name="search"),
    path("quiz/", quiz_views.lobby, name="quiz"),
    path("quiz/round/", quiz_views.practice, name="quiz-round"),
    path("quiz/daily/", quiz_views.daily, name="quiz-daily"),
    path("about/", about.about, name="about"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("theme/", theme.set_theme, name="theme"),
    path("pokemon/<str:slug>/insights/", insights.pokemon_insights, name="pokemon-insights"),
    path("rankings/", rankings.ranking, name="rankings"),
    path("rankings/start/", rankings.start, name="rankings-start"),
    path("rankings/matrix/", ranking_matrix.matrix, name="ranking-matrix"),
    path("bosses/", bosses.bosses, name="bosses"),
    path("bosses/<str:slug>/", bosses.boss, name="boss"),
]
