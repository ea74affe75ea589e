"""Addresses of money that is still to come."""

from django.urls import path

from zhanggui.web.payments import notices, notify, statements, unpaid

app_name = "payments"
urlpatterns = [
    path("", unpaid.index, name="unpaid"),
    path("notify/<str:key>/", notify.notify, name="notify"),
    path("notices/", notices.index, name="notices"),
    path("notices/<int:notice_id>/", notices.act, name="notice"),
    path("statements/", statements.index, name="statements"),
    path("statements/<int:statement_id>/", statements.one, name="statement"),
    path("statements/<int:statement_id>/write/", statements.write_down, name="statement_write"),
    path("act/", unpaid.act, name="act"),
]
