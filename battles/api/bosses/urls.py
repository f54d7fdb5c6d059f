"""The API's boss routes."""

from django.urls import path

from battles.api.bosses import views

urlpatterns = [
    path("", views.BossListView.as_view(), name="boss-list"),
    path("<str:id_or_slug>/", views.BossDetailView.as_view(), name="boss-detail"),
]
