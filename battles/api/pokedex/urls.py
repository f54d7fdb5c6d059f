"""The API's Pokémon, move and type routes."""

from django.urls import path

from battles.api.pokedex import related, views

urlpatterns = [
    path("pokemon/", views.PokemonListView.as_view(), name="pokemon-list"),
    path("pokemon/<str:id_or_slug>/", views.PokemonDetailView.as_view(), name="pokemon-detail"),
    path(
        "pokemon/<str:id_or_slug>/weaknesses/",
        related.PokemonWeaknesses.as_view(),
        name="pokemon-weaknesses",
    ),
    path("pokemon/<str:id_or_slug>/moves/", related.PokemonMoves.as_view(), name="pokemon-moves"),
    path(
        "pokemon/<str:id_or_slug>/counters/",
        related.PokemonCounters.as_view(),
        name="pokemon-counters",
    ),
    path(
        "pokemon/<str:id_or_slug>/best-moves/",
        related.PokemonBestMoves.as_view(),
        name="pokemon-best-moves",
    ),
    path("moves/", views.MoveListView.as_view(), name="move-list"),
    path("moves/<str:id_or_slug>/", views.MoveDetailView.as_view(), name="move-detail"),
    path("types/", views.TypeListView.as_view(), name="type-list"),
    path("types/affinities/", related.AffinityList.as_view(), name="affinity-list"),
    path(
        "types/affinities/<str:attacking>/<str:defending>/",
        related.AffinityDetail.as_view(),
        name="affinity-detail",
    ),
    path("types/<str:slug>/pokemon/", related.PokemonOfType.as_view(), name="type-pokemon"),
    path("types/<str:slug>/", views.TypeDetailView.as_view(), name="type-detail"),
]
