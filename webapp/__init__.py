"""The web room: pages, login, API and commands over the verbs of the engine and the company's processes.

A view reads the request, calls one verb or one query and renders. One request is one transaction (`webapp.database`);
a view without an access rule answers 403 (`webapp.access`); every refusal becomes a sentence in one place (`webapp.errors`).
"""
