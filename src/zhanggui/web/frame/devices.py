"""What a browser says of itself, in words people use. A hint to recognise one's own by, nothing is decided by it."""

import re

BROWSERS = (
    (r"MicroMessenger/", "WeChat"), (r"Edg(?:A|iOS)?/", "Edge"), (r"OPR/", "Opera"), (r"QQBrowser/", "QQ"), (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"), (r"Version/.*Safari/", "Safari"),
)  # fmt: skip
MACHINES = (
    (r"iPhone", "iPhone"), (r"iPad", "iPad"), (r"Android", "Android"), (r"Windows", "Windows"), (r"Mac OS X|Macintosh", "Mac"),
    (r"CrOS", "ChromeOS"), (r"Linux|X11", "Linux"),
)  # fmt: skip


def called(told: str) -> tuple[str, str]:
    """Browser and machine: ("Chrome", "Windows"); empty for what is not known."""
    browser, machine = (next((name for like, name in known if re.search(like, told)), "") for known in (BROWSERS, MACHINES))
    return browser, machine
