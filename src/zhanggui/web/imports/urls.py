"""The addresses of imports."""

from django.urls import path

from zhanggui.web.imports import looking, matched, past

app_name = "imports"
urlpatterns = [
    path("", past.index, name="list"),
    path("new/", looking.upload, name="new"),
    path("template/<str:kind>/<str:language>/", past.template, name="template"),
    path("look/<str:token>/", looking.look, name="look"),
    path("look/<str:token>/start/", looking.start, name="start"),
    path("look/<str:token>/drop/", looking.drop, name="drop"),
    path("mappings/", matched.index, name="mappings"),
    path("mappings/<int:mapping_id>/rename/", matched.rename, name="mapping-rename"),
    path("mappings/<int:mapping_id>/forget/", matched.forget, name="mapping-forget"),
    path("<int:import_id>/", past.detail, name="detail"),
    path("<int:import_id>/cancel/", past.cancel, name="cancel"),
    path("<int:import_id>/undo/", past.undo, name="undo"),
    path("<int:import_id>/rejects/", past.rejects, name="rejects"),
]
