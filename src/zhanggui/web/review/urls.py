"""The addresses of the review desk."""

from django.urls import path

from zhanggui.web.review import comparing, deciding, desk

app_name = "review"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("decide/", deciding.decide, name="decide"),
    path("says/", deciding.says, name="says"),
    path("compare/<int:order_id>/<int:other_id>/", comparing.compare, name="compare"),
    path("compare/<int:order_id>/<int:other_id>/keep/", comparing.keep, name="keep"),
    path("greens/", deciding.greens, name="greens"),
]
