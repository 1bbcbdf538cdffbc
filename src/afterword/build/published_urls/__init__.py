"""The URLs that a blog has published: which are lost, and their record in `afterword.lock`."""
