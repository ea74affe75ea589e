from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "zhanggui.tracking"
    label = "tracking"
