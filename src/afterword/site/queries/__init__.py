"""Queries of templates: their recording, the digests of their answers, and the columns of a post."""
