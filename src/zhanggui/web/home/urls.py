"""Today."""

from django.urls import path

from zhanggui.web.home import views

urlpatterns = [path("", views.today, name="home")]
