"""The API's battle routes."""

from django.urls import path

from battles.api.battles import views

urlpatterns = [
    path("", views.BattleCreate.as_view(), name="battle-create"),
    path("<str:battle_id>/", views.BattleDetail.as_view(), name="battle-detail"),
    path("<str:battle_id>/advice/", views.BattleAdvice.as_view(), name="battle-advice"),
    path("<str:battle_id>/move/", views.BattleMove.as_view(), name="battle-move"),
    path("<str:battle_id>/forfeit/", views.BattleForfeit.as_view(), name="battle-forfeit"),
    path("<str:battle_id>/log/", views.BattleLog.as_view(), name="battle-log"),
]
