"""Commands that create or convert a whole blog: `init`, `new`, `import`, and Jekyll folders in place."""
