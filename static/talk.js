// Brings the player of a talk with the first click that needs it. The page is complete without: the Watch button and all
// moments are links to the recording. `player.js` gets all `data-` attributes of this script; `data-script` is its URL.
{
  const { dataset } = document.currentScript;
  let script, wanted;

  const load = () => {
    if (script) return;
    script = Object.assign(document.createElement("script"), { src: dataset.script });
    Object.assign(script.dataset, dataset);
    // The link that was clicked is clicked again: the player takes it, or without one, the browser follows it.
    script.onload = script.onerror = () => {
      removeEventListener("click", listen);
      wanted?.click();
    };
    document.head.append(script);
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
