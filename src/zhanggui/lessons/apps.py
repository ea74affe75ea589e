from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "zhanggui.lessons"
    label = "lessons"
