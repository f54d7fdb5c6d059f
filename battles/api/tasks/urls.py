"""The API's task routes."""

from django.urls import path

from battles.api.tasks import views

urlpatterns = [
    path("", views.TaskList.as_view(), name="task-list"),
    path("<int:number>/", views.TaskDetail.as_view(), name="task-detail"),
]
