"""The API's boss routes."""

from django.urls import path

from battles.api.bosses import views

urlpatterns = [
    path("", views.BossList.as_view(), name="boss-list"),
    path("<str:id_or_slug>/", views.BossDetail.as_view(), name="boss-detail"),
]
