"""The command line: other programs rely on its names, its JSON and its exit codes (0 done, 1 refused, 2 usage)."""

from zhanggui.cli.main import main

__all__ = ["main"]
