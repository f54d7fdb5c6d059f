"""The API's damage routes."""

from django.urls import path

from battles.api.damage import views

urlpatterns = [
    path("", views.DamageView.as_view(), name="damage"),
    path("batch/", views.DamageBatch.as_view(), name="damage-batch"),
]
