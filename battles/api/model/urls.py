"""The API's model routes."""

from django.urls import path

from battles.api.model import views

urlpatterns = [
    path("", views.ModelView.as_view(), name="model"),
]
