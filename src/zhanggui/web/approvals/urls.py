"""Addresses of what waits for a second person."""

from django.urls import path

from zhanggui.web.approvals import limits, views

app_name = "approvals"
urlpatterns = [
    path("", views.index, name="list"),
    path("limits/", limits.index, name="limits"),
    path("<int:approval_id>/", views.detail, name="detail"),
    path("<int:approval_id>/<slug:verb>/", views.act, name="act"),
]
