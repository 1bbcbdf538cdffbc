"""What the commands `list` and `why` tell of a blog."""
