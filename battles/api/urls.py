"""Routes of version 1 of the API."""

from django.urls import path

from battles.api import tasks
from battles.api.battles import views as fights
from battles.api.bosses import views as bosses
from battles.api.damage import views as rules
from battles.api.model import views as model_views
from battles.api.pokedex import related, views
from battles.api.predict import views as predict
from battles.api.quiz import views as questions
from battles.api.rankings import views as standings
from battles.api.simulate import views as simulate_views

app_name = "api"

urlpatterns = [
    path("predict/battle/", predict.PredictBattle.as_view(), name="predict-battle"),
    path("predict/best-move/", predict.PredictBestMove.as_view(), name="predict-best-move"),
    path("predict/batch/", predict.PredictBatch.as_view(), name="predict-batch"),
    path("predict/matrix/", predict.PredictMatrix.as_view(), name="predict-matrix"),
    path("damage/", rules.DamageView.as_view(), name="damage"),
    path("damage/batch/", rules.DamageBatch.as_view(), name="damage-batch"),
    path("simulate/", simulate_views.Simulate.as_view(), name="simulate"),
    path("battles/", fights.BattleCreate.as_view(), name="battle-create"),
    path("battles/<str:battle_id>/", fights.BattleDetail.as_view(), name="battle-detail"),
    path("battles/<str:battle_id>/move/", fights.BattleMove.as_view(), name="battle-move"),
    path("battles/<str:battle_id>/forfeit/", fights.BattleForfeit.as_view(), name="battle-forfeit"),
    path("battles/<str:battle_id>/log/", fights.BattleLog.as_view(), name="battle-log"),
    path("quiz/question/", questions.QuizQuestion.as_view(), name="quiz-question"),
    path("quiz/answer/", questions.QuizAnswer.as_view(), name="quiz-answer"),
    path("pokemon/", views.PokemonList.as_view(), name="pokemon-list"),
    path("pokemon/<str:id_or_slug>/", views.PokemonDetail.as_view(), name="pokemon-detail"),
    path(
        "pokemon/<str:id_or_slug>/weaknesses/",
        related.PokemonWeaknesses.as_view(),
        name="pokemon-weaknesses",
    ),
    path("pokemon/<str:id_or_slug>/moves/", related.PokemonMoves.as_view(), name="pokemon-moves"),
    path(
        "pokemon/<str:id_or_slug>/counters/",
        related.PokemonCounters.as_view(),
        name="pokemon-counters",
    ),
    path("moves/", views.MoveList.as_view(), name="move-list"),
    path("moves/<str:id_or_slug>/", views.MoveDetail.as_view(), name="move-detail"),
    path("types/", views.TypeList.as_view(), name="type-list"),
    path("types/affinities/", related.AffinityList.as_view(), name="affinity-list"),
    path(
        "types/affinities/<str:attacking>/<str:defending>/",
        related.AffinityDetail.as_view(),
        name="affinity-detail",
    ),
    path("types/<str:slug>/pokemon/", related.PokemonOfType.as_view(), name="type-pokemon"),
    path("types/<str:slug>/", views.TypeDetail.as_view(), name="type-detail"),
    path("bosses/", bosses.BossList.as_view(), name="boss-list"),
    path("bosses/<str:id_or_slug>/", bosses.BossDetail.as_view(), name="boss-detail"),
    path("model/", model_views.ModelView.as_view(), name="model"),
    path("rankings/", standings.RankingList.as_view(), name="ranking-list"),
    path("tasks/", tasks.TaskList.as_view(), name="task-list"),
    path("tasks/<int:number>/", tasks.TaskDetail.as_view(), name="task-detail"),
]
