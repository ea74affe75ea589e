"""Today."""

from django.urls import path

from zhanggui.web.home import handled, views

urlpatterns = [
    path("", views.today, name="home"),
    path("handled/", handled.page, name="handled"),
]
