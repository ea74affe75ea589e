"""Addresses of stock."""

from django.urls import path

from zhanggui.web.stock import acts, buying, views

app_name = "stock"
urlpatterns = [
    path("", views.index, name="list"),
    path("receive/", acts.receive, name="receive"),
    path("export/", views.export, name="export"),
    path("buying/", buying.index, name="buying"),
    path("buying/export/", buying.export, name="buying_export"),
    path("<int:sku_id>/", views.detail, name="detail"),
    path("<int:sku_id>/receive/", acts.receive, name="receive_sku"),
    path("<int:sku_id>/count/", acts.count, name="count"),
    path("<int:sku_id>/safety/", acts.keep_back, name="safety"),
]
