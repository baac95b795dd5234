"""The asynchronous client. The synchronous one is made from it by ``tools/unasync.py``."""
