"""Addresses of the public order forms."""

from django.urls import path

from zhanggui.web.doors import views

app_name = "doors"
urlpatterns = [
    path("places.json", views.places, name="places"),
    path("<str:token>/", views.form, name="form"),
    path("<str:token>/thanks/<str:slip>/", views.thanks, name="thanks"),
]
