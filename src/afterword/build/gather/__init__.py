"""Reads a blog and plans its site: what all later steps of a build work on."""
