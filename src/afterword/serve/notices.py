"""The few pages that the server writes itself, where the site has none to show."""

from __future__ import annotations

from html import escape


def notice(title: str, text: str, link: str = "", *, detail: str = "") -> bytes:
    """A page of one heading, one sentence, at most one link and at most one block of plain text."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(text)}</p>" if text else ""]
    if link:
        parts.append(f'<p><a href="{escape(link)}">{escape(link)}</a></p>')
    if detail:
        parts.append(f"<pre>{escape(detail)}</pre>")
    body = "\n".join(part for part in parts if part)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
</head>
<body>
{body}
</body>
</html>
""".encode()
