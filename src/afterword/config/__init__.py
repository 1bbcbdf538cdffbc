"""Settings: schema, TOML reader, validation."""
