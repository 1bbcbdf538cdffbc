"""Writers: each turns tokens into HTML."""
