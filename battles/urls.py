"""Pages that people touch."""

from django.urls import path

from battles import compare, views_search

app_name = "battles"
urlpatterns = [
    path("", views_search.home, name="home"),
    path("compare/", compare.compare, name="compare"),
    path("search/", views_search.search, name="search"),
]
