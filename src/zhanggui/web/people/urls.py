"""The door's addresses. ``accounts`` are the names allauth knows; what we do not offer leads nowhere."""

from django.urls import path

from zhanggui.web.people import views

app_name = "people"
urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("password/", views.password, name="password"),
]

accounts = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("signup/", views.closed, name="account_signup"),
    path("inactive/", views.closed, name="account_inactive"),
    path("email/", views.closed, name="account_email"),
    path("reauthenticate/", views.closed, name="account_reauthenticate"),
    path("password/change/", views.password, name="account_change_password"),
    path("password/set/", views.closed, name="account_set_password"),
    path("password/reset/", views.closed, name="account_reset_password"),
]
