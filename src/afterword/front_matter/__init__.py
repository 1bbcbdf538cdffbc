"""Front matter in YAML, TOML, JSON and header lines, with positions; hidden text."""
