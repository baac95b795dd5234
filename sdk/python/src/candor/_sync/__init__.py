# Made from candor/_async by tools/unasync.py: change that instead.
"""The synchronous client. It is made from the asynchronous one by ``tools/unasync.py``."""
