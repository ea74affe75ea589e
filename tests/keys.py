"""A key under a walk's hand."""

from playwright.sync_api import Page


def press(page: Page, key: str) -> None:
    """Presses a key once the page has read its scripts: what a page shows is there before what it listens with."""
    page.wait_for_function("() => document.readyState === 'complete'")
    page.keyboard.press(key)
