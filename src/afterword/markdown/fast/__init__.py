"""Shortcuts for common Markdown and code, with the same result as the rules."""
