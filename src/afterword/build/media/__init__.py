"""The images that a build makes: icons, social cards, resized images."""
