"""Jinja environment, theme, filters, renderer, content security policy."""
