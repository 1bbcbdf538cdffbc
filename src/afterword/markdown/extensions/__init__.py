"""Markup beyond CommonMark and GitHub: the table of constructs, and the renderers of supported ones."""
