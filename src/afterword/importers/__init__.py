"""Blogs of other programs as files of ours."""
