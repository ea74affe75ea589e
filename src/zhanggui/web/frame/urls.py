"""The frame's own addresses."""

from django.urls import path

from zhanggui.web.frame import views

app_name = "frame"
urlpatterns = [
    path("pulse/", views.pulse, name="pulse"),
    path("language/", views.language, name="language"),
    path("columns/<slug:name>/", views.columns, name="columns"),
    path("taste/<slug:name>/", views.taste, name="taste"),
]
