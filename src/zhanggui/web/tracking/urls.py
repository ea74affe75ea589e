"""Addresses of the road."""

from django.urls import path

from zhanggui.web.tracking import views

app_name = "tracking"
urlpatterns = [
    path("", views.board, name="board"),
    path("export/", views.export, name="export"),
    path("<int:parcel_id>/", views.trail, name="trail"),
    path("<int:parcel_id>/refresh/", views.refresh, name="refresh"),
]
