"""Notes on talks: what a talk is, where its recording is, and which moments of it a text speaks of.

The model that the talk pages, the time stamps and `afterword new talk` stand on. Relies on the floors
below. Refuses all effects: no module here reads a file, the network or the clock.
"""
