"""The addresses of orders."""

from django.urls import path

from zhanggui.web.orders import batches, exports, listing, mending, one, rowmenu, views

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
    path("<int:order_id>/", one.page, name="detail"),
    path("<int:order_id>/menu/", rowmenu.menu, name="menu"),
    path("<int:order_id>/act/", one.act, name="act"),
    path("<int:order_id>/mend/", mending.mend, name="mend"),
    path("<int:order_id>/notes/", one.notes, name="notes"),
    path("<int:order_id>/reveal/", one.reveal, name="reveal"),
]
