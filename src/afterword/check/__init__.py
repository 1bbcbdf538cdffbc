"""What `afterword check` looks at beside the build: texts, pages, feeds, files, external links."""
