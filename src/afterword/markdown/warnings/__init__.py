"""Warnings of markup of other tools and of text that is nearly Markdown."""
