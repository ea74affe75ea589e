"""The frame's own addresses."""

from django.urls import path

from zhanggui.web.frame import again, views

app_name = "frame"
urlpatterns = [
    path("pulse/", views.pulse, name="pulse"),
    path("here/", views.here, name="here"),
    path("language/", views.language, name="language"),
    path("again/<str:token>/", again.again, name="again"),
    path("columns/<slug:name>/", views.columns, name="columns"),
    path("taste/<slug:name>/", views.taste, name="taste"),
]
