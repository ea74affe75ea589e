from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "zhanggui.channels"
    label = "channels"
