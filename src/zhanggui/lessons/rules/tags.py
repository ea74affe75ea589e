"""Tags as people type them: words with spaces or commas between. Pure."""

import re

BETWEEN = re.compile(r"[\s,，、;；]+")


def tags_in(text: str) -> list[str]:
    return [tag for tag in BETWEEN.split(text) if tag]
