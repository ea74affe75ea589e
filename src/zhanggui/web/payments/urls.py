"""Addresses of money that is still to come."""

from django.urls import path

from zhanggui.web.payments import unpaid

app_name = "payments"
urlpatterns = [
    path("", unpaid.index, name="unpaid"),
    path("act/", unpaid.act, name="act"),
]
