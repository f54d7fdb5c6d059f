"""The API's ranking routes."""

from django.urls import path

from battles.api.rankings import views

urlpatterns = [
    path("", views.RankingList.as_view(), name="ranking-list"),
]
