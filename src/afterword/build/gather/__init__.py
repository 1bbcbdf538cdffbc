"""Reads a blog and plans its site, for all later steps of a build."""
