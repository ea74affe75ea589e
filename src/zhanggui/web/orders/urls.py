"""The addresses of orders."""

from django.urls import path

from zhanggui.web.orders import acting, editing, exports, listing, mending, one

app_name = "orders"
urlpatterns = [
    path("", listing.index, name="list"),
    path("tabs/", listing.tabs, name="tabs"),
    path("newer/", listing.newer, name="newer"),
    path("export/", exports.export, name="export"),
    path("batch/", acting.batch, name="batch"),
    path("undo/<str:token>/", acting.undo, name="undo"),
    path("skus/", one.skus, name="skus"),
    path("<int:order_id>/", one.page, name="detail"),
    path("<int:order_id>/act/", one.act, name="act"),
    path("<int:order_id>/edit/", editing.edit, name="edit"),
    path("<int:order_id>/mend/", mending.mend, name="mend"),
    path("<int:order_id>/notes/", one.notes, name="notes"),
    path("<int:order_id>/reveal/", one.reveal, name="reveal"),
]
