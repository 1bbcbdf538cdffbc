// A recording in a text is a link to its host. A click opens the host's player in its place; a page that was opened from
// a disk has no site to tell the host, so there the link opens.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-player]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || location.protocol === "file:") return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.title = link.textContent;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  // YouTube plays only where it is told the site that embeds it.
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.src = link.dataset.player;
  link.replaceWith(frame);
  frame.focus();
});
