"""The import of Jekyll blogs: settings, posts, drafts, pages, collections and assets."""
