"""Routes of version 1 of the API."""

from django.urls import path

from battles.api import predict, tasks, views

app_name = "api"

urlpatterns = [
    path("predict/battle/", predict.PredictBattle.as_view(), name="predict-battle"),
    path("predict/best-move/", predict.PredictBestMove.as_view(), name="predict-best-move"),
    path("predict/batch/", predict.PredictBatch.as_view(), name="predict-batch"),
    path("pokemon/", views.PokemonList.as_view(), name="pokemon-list"),
    path("pokemon/<str:id_or_slug>/", views.PokemonDetail.as_view(), name="pokemon-detail"),
    path("moves/", views.MoveList.as_view(), name="move-list"),
    path("moves/<str:id_or_slug>/", views.MoveDetail.as_view(), name="move-detail"),
    path("types/", views.TypeList.as_view(), name="type-list"),
    path("types/<str:slug>/", views.TypeDetail.as_view(), name="type-detail"),
    path("tasks/", tasks.TaskList.as_view(), name="task-list"),
    path("tasks/<int:number>/", tasks.TaskDetail.as_view(), name="task-detail"),
]
