"""The API's quiz routes."""

from django.urls import path

from battles.api.quiz import views

urlpatterns = [
    path("question/", views.QuizQuestion.as_view(), name="quiz-question"),
    path("answer/", views.QuizAnswer.as_view(), name="quiz-answer"),
]
