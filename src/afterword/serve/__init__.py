"""`afterword serve`: the site as it will be published, on this machine, while one writes.

What flows: `watch` finds out that sources changed → `session` has `preview` build the site and makes the next
`answers.Generation` of it → `stage` shows it → `server` answers from it by the rules of `routing`, and tells open pages
the `news`, on which `live.js` acts. Who does not want to wait for a build gets `galleys` of the first one, and of later
ones what is printed in `advance`.

Between a request and its response everything is pure: `targets`, `hosts`, `ranges`, `media`, `routing`, `news`. Sockets
are in `server` and `connections`, files in `table`, `delivery` and `lookouts`, the system's events in `events`, the
terminal's keys in `keys`, how they end a run in `ending`, and that there is no other server in `claim`; `run` puts them
together. Threads meet in `stage` and `watch.Hints`, and nowhere else.
"""
