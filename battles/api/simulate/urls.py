"""The API's simulation routes."""

from django.urls import path

from battles.api.simulate import views

urlpatterns = [
    path("", views.Simulate.as_view(), name="simulate"),
]
