"""Addresses of the settings."""

from django.urls import path

from zhanggui.web.settings import backups, people, views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("shops/", views.shops, name="shops"),
    path("shops/new/", views.shop, name="shop_new"),
    path("shops/<int:shop_id>/", views.shop, name="shop"),
    path("warehouses/", views.warehouses, name="warehouses"),
    path("warehouses/new/", views.warehouse, name="warehouse_new"),
    path("warehouses/<int:warehouse_id>/", views.warehouse, name="warehouse"),
    path("carriers/", views.carriers, name="carriers"),
    path("carriers/new/", views.carrier, name="carrier_new"),
    path("carriers/<int:carrier_id>/", views.carrier, name="carrier"),
    path("carriers/<int:carrier_id>/<slug:verb>/", views.carrier_act, name="carrier_act"),
    path("people/", people.index, name="people"),
    path("people/new/", people.new, name="person_new"),
    path("people/roles/<slug:role>/<slug:verb>/", people.role_act, name="role_act"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/<slug:verb>/", people.act, name="person_act"),
    path("backups/", backups.index, name="backups"),
    path("backups/make/", backups.make, name="backup_make"),
    path("backups/key/", backups.take_key, name="backup_key"),
    path("backups/<int:backup_id>/take/", backups.take, name="backup_take"),
    path("backups/<int:backup_id>/<slug:verb>/", backups.act, name="backup_act"),
    path("defaults/", views.shown_defaults, name="defaults"),
]
