// Brings the player of a talk with the first click that needs it. The page is complete without: the Watch button and all
// moments are links to the recording. `player.js` gets all `data-` attributes of this script; `data-script` is its URL,
// and `data-style` that of its style sheet.
{
  const { dataset } = document.currentScript;
  let loading, wanted;

  const fetched = (tag, properties) => {
    const element = Object.assign(document.createElement(tag), properties);
    Object.assign(element.dataset, dataset);
    return new Promise((done) => {
      element.onload = element.onerror = done;
      document.head.append(element);
    });
  };

  const load = () => {
    loading ??= Promise.all([
      fetched("link", { rel: "stylesheet", href: dataset.style }),
      fetched("script", { src: dataset.script }),
    ]).then(() => {
      // The link that was clicked is clicked again: the player takes it, or without one, the browser follows it.
      removeEventListener("click", listen);
      wanted?.click();
    });
  };

  const listen = (event) => {
    const link = event.target.closest?.("a[data-embed], a.talk-poster, a.ts[data-t]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    wanted = link;
    load();
  };
  addEventListener("click", listen);

  // A file that the page plays itself is begun by its own controls, which tell only those who capture.
  addEventListener("play", load, { capture: true, once: true });

  // A URL of this page that names a moment makes the player ready to begin there.
  const arm = () => /[?&#]t=/.test(location.search + location.hash) && load();
  arm();
  addEventListener("hashchange", arm);
}
