"""Today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def today(request: HttpRequest) -> HttpResponse:
    """What waits, what presses, how the day goes."""
    return render(request, "home/today.html", {})
