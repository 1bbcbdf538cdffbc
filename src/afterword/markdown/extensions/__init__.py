"""Markup beyond CommonMark and GitHub: the table of constructs, and the writers of those that are rendered."""
