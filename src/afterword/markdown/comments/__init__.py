"""Finds and removes comments before Markdown is rendered."""
