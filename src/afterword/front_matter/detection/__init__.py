"""Finds front matter that is not recognized as such, and keys that would hide a post."""
