"""Tags and elements of raw HTML."""
