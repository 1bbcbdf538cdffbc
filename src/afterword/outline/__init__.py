"""What is read of a text before Markdown is rendered: title, headings, first paragraph."""
