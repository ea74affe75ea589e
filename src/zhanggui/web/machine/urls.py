"""Addresses of the machine room."""

from django.urls import path

from zhanggui.web.machine import probes, views

app_name = "machine"
urlpatterns = [
    path("machine/", views.index, name="index"),
    path("machine/<slug:verb>/", views.act, name="act"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
]
