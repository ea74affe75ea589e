"""The addresses of orders."""

from django.urls import path

from zhanggui.web.orders import acting, exports, listing, mending, one, recurring, template_use, templates

app_name = "orders"
urlpatterns = [
    path("", listing.index, name="list"),
    path("tabs/", listing.tabs, name="tabs"),
    path("newer/", listing.newer, name="newer"),
    path("export/", exports.export, name="export"),
    path("batch/", acting.batch, name="batch"),
    path("undo/<str:token>/", acting.undo, name="undo"),
    path("skus/", one.skus, name="skus"),
    path("copy/", template_use.copy, name="copy"),
    path("made/<int:making_id>/", template_use.one, name="making"),
    path("made/<int:making_id>/back/", template_use.back, name="making_back"),
    path("recurring/", recurring.index, name="recurring"),
    path("recurring/<int:recurring_id>/", recurring.one, name="recurring_one"),
    path("recurring/<int:recurring_id>/act/", recurring.act, name="recurring_act"),
    path("templates/", templates.index, name="templates"),
    path("templates/<int:template_id>/", templates.edit, name="template"),
    path("templates/<int:template_id>/act/", templates.act, name="template_act"),
    path("templates/<int:template_id>/recurring/", recurring.new, name="recurring_new"),
    path("templates/<int:template_id>/use/", template_use.use, name="template_use"),
    path("<int:order_id>/template/", templates.save, name="template_save"),
    path("<int:order_id>/", one.page, name="detail"),
    path("<int:order_id>/act/", one.act, name="act"),
    path("<int:order_id>/mend/", mending.mend, name="mend"),
    path("<int:order_id>/notes/", one.notes, name="notes"),
    path("<int:order_id>/reveal/", one.reveal, name="reveal"),
]
