"""The door's addresses. ``accounts`` are the names allauth knows; what we do not offer leads nowhere."""

from django.urls import path

from zhanggui.web.people import forgotten, joining, proving, security, views

app_name = "people"
urlpatterns = [
    path("", views.welcome, name="welcome"),
    path("password/", views.password, name="password"),
    path("join/<str:token>/", joining.join, name="join"),
    path("joined/", joining.joined, name="joined"),
]

accounts = [
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", proving.enter_code, name="mfa_authenticate"),
    path("login/passkey/", proving.passkey_in, name="mfa_login_webauthn"),
    path("logout/", views.sign_out, name="account_logout"),
    path("inactive/", views.inactive, name="account_inactive"),
    path("signup/", views.closed, name="account_signup"),
    path("email/", views.closed, name="account_email"),
    path("password/change/", views.password, name="account_change_password"),
    path("password/set/", views.closed, name="account_set_password"),
    path("password/forgotten/", forgotten.ask, name="account_reset_password"),
    path("password/forgotten/asked/", forgotten.asked, name="account_reset_password_done"),
    path("password/new/<slug:uidb36>/<slug:key>/", forgotten.set_new, name="account_reset_password_from_key"),
    path("password/new/done/", views.closed, name="account_reset_password_from_key_done"),
    path("confirm/", proving.confirm_password, name="account_reauthenticate"),
    path("confirm/code/", proving.confirm_code, name="mfa_reauthenticate"),
    path("confirm/passkey/", proving.confirm_passkey, name="mfa_reauthenticate_webauthn"),
    path("security/", security.index, name="mfa_index"),
    path("security/codes/", security.set_up_codes, name="mfa_activate_totp"),
    path("security/codes/off/", security.drop_codes, name="mfa_deactivate_totp"),
    path("security/recovery/", security.show_recovery, name="mfa_view_recovery_codes"),
    path("security/recovery/new/", security.new_recovery, name="mfa_generate_recovery_codes"),
    path("security/passkeys/", views.closed, name="mfa_list_webauthn"),
    path("security/passkeys/new/", security.add_passkey, name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/name/", security.rename_passkey, name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/off/", security.remove_passkey, name="mfa_remove_webauthn"),
    path("security/sessions/others/", security.end_others, name="end_others"),
    path("security/sessions/<int:session_id>/", security.end_session, name="end_session"),
    path("security/sessions/", views.closed, name="usersessions_list"),
]
