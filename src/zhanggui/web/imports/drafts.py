"""An upload between its steps: the file is kept sealed on the server, the session only knows where."""

import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.channels import keeping
from zhanggui.channels.reading.errors import DiskFull
from zhanggui.kernel.errors import Refused
from zhanggui.web.frame.request import Request

KEPT = 5


class UploadGone(Refused):
    code = "upload-gone"
    says = _("这份上传已经不在了：导入过，放弃过，或放得太久。")
    fix = _("重新选一次文件。")
    status = 404


@dataclass(frozen=True)
class Draft:
    """What was handed over and what was chosen for it so far."""

    kind: str
    name: str
    path: str
    companion_name: str = ""
    companion_path: str = ""
    shop_id: int | None = None
    format: str = "auto"
    mapping: dict[str, str] = field(default_factory=dict)
    header_row: int | None = None
    sheet: str | None = None
    choices: dict[str, str] = field(default_factory=dict)
    strict: bool = False
    create_goods: bool = False
    draft: bool = False
    update: bool = False
    # What somebody chose here themselves, what was taken from the last time, and what is still asked.
    said: list[str] = field(default_factory=list)
    recalled: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return _kept(self.path)

    @property
    def companion(self) -> bytes | None:
        return _kept(self.companion_path) if self.companion_path else None

    @property
    def read_so(self) -> tuple[Any, ...]:
        """How a person said that the file is read as a table."""
        return self.header_row, self.sheet, sorted(self.choices.items())

    @property
    def taken_so(self) -> tuple[Any, ...]:
        """All that is chosen of what becomes of the file."""
        return *self.read_so, self.format, sorted(self.mapping.items()), self.strict, self.create_goods, self.update


def _kept(path: str) -> bytes:
    try:
        return keeping.kept(path)
    except FileNotFoundError as error:
        raise UploadGone from error


def keep(request: Request, files: list[tuple[str, bytes]], **facts: Any) -> str:
    """Seal the files; returns the token of this upload. The oldest of too many is thrown away. Raises DiskFull, and keeps
    none of them then."""
    (name, content), *rest = files
    draft = Draft(name=name, path=keeping.keep(content), **facts)
    if rest:
        try:
            draft = replace(draft, companion_name=rest[0][0], companion_path=keeping.keep(rest[0][1]))
        except DiskFull:
            _forget(draft)
            raise
    drafts = dict(request.session.get("imports.drafts", {}))
    while len(drafts) >= KEPT:
        _forget(Draft(**drafts.pop(next(iter(drafts)))))
    token = secrets.token_urlsafe(9)
    request.session["imports.drafts"] = {**drafts, token: asdict(draft)}
    return token


def of(request: Request, token: str) -> Draft:
    """Raises UploadGone."""
    facts = request.session.get("imports.drafts", {}).get(token)
    if facts is None:
        raise UploadGone
    return Draft(**facts)


def change(request: Request, token: str, draft: Draft) -> None:
    request.session["imports.drafts"] = {**request.session.get("imports.drafts", {}), token: asdict(draft)}


def end(request: Request, token: str) -> None:
    """The upload is taken in or given up: its sealed copy goes."""
    drafts = dict(request.session.get("imports.drafts", {}))
    facts = drafts.pop(token, None)
    request.session["imports.drafts"] = drafts
    if facts is not None:
        _forget(Draft(**facts))


def _forget(draft: Draft) -> None:
    keeping.forget(draft.path)
    if draft.companion_path:
        keeping.forget(draft.companion_path)
