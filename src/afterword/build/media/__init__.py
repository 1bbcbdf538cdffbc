"""Generated images: icons, social cards, resized images."""
