"""Dev server: watcher, rebuilds, server-sent events, on-demand pages."""
