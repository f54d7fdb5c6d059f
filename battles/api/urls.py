"""Routes of version 1 of the API."""

from django.urls import include, path

app_name = "api"

urlpatterns = [
    path("predict/", include("battles.api.predict.urls")),
    path("damage/", include("battles.api.damage.urls")),
    path("simulate/", include("battles.api.simulate.urls")),
    path("battles/", include("battles.api.battles.urls")),
    path("quiz/", include("battles.api.quiz.urls")),
    path("", include("battles.api.pokedex.urls")),
    path("bosses/", include("battles.api.bosses.urls")),
    path("model/", include("battles.api.model.urls")),
    path("rankings/", include("battles.api.rankings.urls")),
    path("tasks/", include("battles.api.tasks.urls")),
]
