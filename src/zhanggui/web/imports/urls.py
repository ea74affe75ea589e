"""The addresses of imports."""

from django.urls import path

from zhanggui.web.imports import looking, past

app_name = "imports"
urlpatterns = [
    path("", past.index, name="list"),
    path("new/", looking.upload, name="new"),
    path("template/<str:kind>/<str:language>/", past.template, name="template"),
    path("look/<str:token>/", looking.look, name="look"),
    path("look/<str:token>/start/", looking.start, name="start"),
    path("look/<str:token>/drop/", looking.drop, name="drop"),
    path("<int:import_id>/", past.detail, name="detail"),
    path("<int:import_id>/cancel/", past.cancel, name="cancel"),
    path("<int:import_id>/rejects/", past.rejects, name="rejects"),
]
