"""The API's prediction routes."""

from django.urls import path

from battles.api.predict import views
from battles.api.predict.battle import PredictBattle

urlpatterns = [
    path("battle/", PredictBattle.as_view(), name="predict-battle"),
    path("best-move/", views.PredictBestMove.as_view(), name="predict-best-move"),
    path("matchup/", views.PredictMatchup.as_view(), name="predict-matchup"),
    path("batch/", views.PredictBatch.as_view(), name="predict-batch"),
    path("matrix/", views.PredictMatrix.as_view(), name="predict-matrix"),
]
