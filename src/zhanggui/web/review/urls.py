"""The addresses of the review desk."""

from django.urls import path

from zhanggui.web.review import deciding, desk

app_name = "review"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("decide/", deciding.decide, name="decide"),
    path("says/", deciding.says, name="says"),
    path("greens/", deciding.greens, name="greens"),
]
