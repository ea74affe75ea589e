"""Addresses of the warehouse."""

from django.urls import path
from django.views.generic import RedirectView

from zhanggui.web.warehouse import labels, packing, picking, shipping, waves

app_name = "warehouse"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="warehouse:waves"), name="index"),
    path("waves/", waves.board, name="waves"),
    path("waves/plan/", waves.plan, name="plan"),
    path("waves/<int:wave_id>/", waves.detail, name="wave"),
    path("waves/<int:wave_id>/cancelling/", waves.cancelling, name="cancelling"),
    path("waves/<int:wave_id>/sheet.pdf", waves.sheet, name="sheet"),
    path("waves/<int:wave_id>/<slug:verb>/", waves.act, name="wave_act"),
    path("labels/", labels.get, name="labels"),
    path("labels/paper/", labels.paper, name="labels_paper"),
    path("labels/void/", labels.give_up, name="labels_void"),
    path("slips/", labels.slips, name="slips"),
    path("parcels/<int:parcel_id>/", shipping.parcel, name="parcel"),
    path("parcels/<int:parcel_id>/number/", labels.by_hand, name="number"),
    path("picking/", picking.index, name="picking"),
    path("picking/<int:wave_id>/", picking.walk, name="walk"),
    path("picking/<int:wave_id>/scan/", picking.scan, name="pick_scan"),
    path("picking/<int:wave_id>/skip/", picking.skip, name="pick_skip"),
    path("picking/<int:wave_id>/undo/", picking.undo, name="pick_undo"),
    path("picking/<int:wave_id>/short/<int:pick_id>/", picking.short, name="pick_short"),
    path("packing/", packing.index, name="packing"),
    path("packing/open/", packing.open_box, name="pack_open"),
    path("packing/<int:parcel_id>/", packing.bench, name="bench"),
    path("packing/<int:parcel_id>/scan/", packing.scan, name="pack_scan"),
    path("packing/<int:parcel_id>/undo/", packing.undo, name="pack_undo"),
    path("packing/<int:parcel_id>/close/", packing.close, name="pack_close"),
    path("shipping/", shipping.index, name="shipping"),
    path("shipping/act/", shipping.act, name="ship_act"),
    path("shipping/door/", shipping.door, name="door"),
    path("shipping/door/scan/", shipping.door_scan, name="door_scan"),
]
