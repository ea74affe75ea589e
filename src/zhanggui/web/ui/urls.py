"""The living page of parts."""

from django.urls import path

from zhanggui.web.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.parts, name="parts"),
    path("station/", views.station, name="station"),
    path("phone/", views.phone, name="phone"),
    path("drawer/<slug:number>/", views.drawer, name="drawer"),
    path("scan/", views.scan, name="scan"),
    path("say/", views.speak, name="say"),
]
