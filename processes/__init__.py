"""The company: its processes, what they can do and what they keep. Knows the engine, knows no web."""
