"""Draws and resizes images with Pillow, which is optional. Knows nothing of blogs."""
