"""What a verb refuses, said beside the field that caused it: the form stays as it was typed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django import forms

from zhanggui.kernel.errors import Refused, Wanting


@contextmanager
def beside(form: forms.BaseForm, fields: Mapping[str, str] | None = None) -> Iterator[None]:
    """A refusal within this becomes an error of ``form``: of the field that ``fields`` names for its code, else of the whole.

    What is only still asked of the person (a reason, signing in again, a second person) is no error and goes on.
    """
    try:
        yield
    except Wanting:
        raise
    except Refused as refusal:
        field = (fields or {}).get(refusal.code)
        form.add_error(field if field in form.fields else None, str(refusal))
