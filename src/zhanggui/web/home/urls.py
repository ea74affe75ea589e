"""Today. Its watch is kept from here: what the rail counts is known as soon as there are addresses."""

from importlib import import_module

from django.urls import path

from zhanggui.web.home import views

import_module("zhanggui.web.home.watch")

urlpatterns = [path("", views.today, name="home")]
