"""The addresses of orders."""

from django.urls import path

from zhanggui.web.orders import batches, editing, entry, entry_preview, exports, listing, mending, one, rowmenu, views

app_name = "orders"
urlpatterns = [
    path("", listing.index, name="list"),
    path("tabs/", listing.tabs, name="tabs"),
    path("newer/", listing.newer, name="newer"),
    path("export/", exports.export, name="export"),
    path("batch/", batches.batch, name="batch"),
    path("undo/<str:token>/", batches.undo, name="undo"),
    path("result/", batches.result, name="result"),
    path("run/", batches.run, name="run"),
    path("views/", views.index, name="views"),
    path("views/begin/", views.begin, name="views_begin"),
    path("views/menu/", views.menu, name="views_menu"),
    path("views/<int:view_id>/", views.view, name="view"),
    path("skus/", one.skus, name="skus"),
    path("drafts/", entry.drafts, name="drafts"),
    path("new/", entry.new, name="new"),
    path("new/skus/", entry.skus, name="entry_skus"),
    path("new/buyers/", entry.buyers, name="entry_buyers"),
    path("new/places/", entry.places, name="entry_places"),
    path("new/<str:key>/", entry.sheet, name="entry"),
    path("new/<str:key>/preview/", entry_preview.look, name="entry_preview"),
    path("new/<str:key>/confirm/", entry_preview.confirm, name="entry_confirm"),
    path("new/<str:key>/done/", entry_preview.done, name="entry_done"),
    path("new/<str:key>/drop/", entry.drop, name="entry_drop"),
    path("<int:order_id>/copy/", entry_preview.copy, name="copy"),
    path("<int:order_id>/", one.page, name="detail"),
    path("<int:order_id>/menu/", rowmenu.menu, name="menu"),
    path("<int:order_id>/act/", one.act, name="act"),
    path("<int:order_id>/edit/", editing.edit, name="edit"),
    path("<int:order_id>/mend/", mending.mend, name="mend"),
    path("<int:order_id>/notes/", one.notes, name="notes"),
    path("<int:order_id>/reveal/", one.reveal, name="reveal"),
]
