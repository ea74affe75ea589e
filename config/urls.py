"""Every address of the house."""

from django.urls import URLPattern, URLResolver, path, include

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.account.urls")),
]
