"""The default theme in a browser: what it asks for, says to assistive technology, and does with and without scripts."""
