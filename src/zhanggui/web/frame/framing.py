"""Being shown inside another site: nowhere, but for an answer that says which sites may, each by its whole origin."""

from collections.abc import Sequence

from django.http import HttpResponse

FRAMED_BY = "framed_by"
NOBODY = "frame-ancestors 'none'"


def framed_by(answer: HttpResponse, origins: Sequence[str]) -> HttpResponse:
    """``answer`` may stand in a frame of these sites. With none of them it is as closed as every other page."""
    if origins:
        setattr(answer, FRAMED_BY, tuple(origins))
        answer.xframe_options_exempt = True
    return answer


def policy_of(answer: HttpResponse, policy: str) -> str:
    """The house's policy, with the sites that may show this answer in the place of nobody."""
    origins = getattr(answer, FRAMED_BY, ())
    return policy.replace(NOBODY, f"frame-ancestors {' '.join(origins)}") if origins else policy


def is_framed(answer: HttpResponse) -> bool:
    return bool(getattr(answer, FRAMED_BY, ()))
