try { for (const name of ["scheme", "slash"]) if (localStorage["afterword-" + name]) document.documentElement.dataset[name] = localStorage["afterword-" + name] } catch {}
