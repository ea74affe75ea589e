"""Addresses of what was learnt."""

from django.urls import path

from zhanggui.web.lessons import reporting, views

app_name = "lessons"
urlpatterns = [
    path("", views.index, name="list"),
    path("export/", views.export, name="export"),
    path("report/", reporting.index, name="report"),
    path("report/export/", reporting.export, name="report_export"),
]
