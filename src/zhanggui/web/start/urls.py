"""Addresses of the first steps."""

from django.urls import path

from zhanggui.web.start import views

app_name = "start"
urlpatterns = [
    path("", views.index, name="index"),
    path("away/", views.away, name="away"),
    path("<slug:code>/", views.step, name="step"),
]
