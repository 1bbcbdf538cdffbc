"""Parser rules that add syntax to markdown-it-py, and the writers of their tokens."""
