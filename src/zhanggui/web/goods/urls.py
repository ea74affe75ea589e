"""Addresses of the goods."""

from django.urls import path

from zhanggui.web.goods import views

app_name = "goods"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("<int:sku_id>/", views.detail, name="detail"),
    path("export/", views.export, name="export"),
]
