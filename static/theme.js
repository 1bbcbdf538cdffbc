try { const scheme = localStorage["afterword-scheme"]; if (scheme) document.documentElement.dataset.scheme = scheme } catch {}
