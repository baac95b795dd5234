"""Makes the synchronous client from the asynchronous one: ``python tools/unasync.py [--check]``.

Writes ``src/candor/_sync`` from ``src/candor/_async``; with ``--check`` only says what differs.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "src" / "candor"
SOURCE, TARGET = ROOT / "_async", ROOT / "_sync"
NOTE = "# Made from candor/_async by tools/unasync.py: change that instead.\n"

# Words that are exchanged; every other `AsyncX` loses its prefix.
WORDS = {
    "AsyncLock": "SyncLock",
    "async_sleep": "sync_sleep",
    "async_map": "sync_map",
    "async_run": "sync_run",
    "aclose": "close",
    "aiter_bytes": "iter_bytes",
    "aread": "read",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "_async": "_sync",
}
RULES: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"\basync (def|with|for)\b"), r"\1"),
    (re.compile(r"\bawait "), ""),
    (re.compile(r"\b(" + "|".join(WORDS) + r")\b"), lambda found: WORDS[found[1]]),
    (re.compile(r"\bAsync(?=[A-Z])"), ""),
    (re.compile(r"\basynchronous\b"), "synchronous"),
    (re.compile(r"\bThe synchronous one is made from it\b"), "It is made from the asynchronous one"),
]


def converted(text: str) -> str:
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return NOTE + text


def formatted(text: str, path: Path) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff) if ruff.exists() else "ruff"]
    # Names that sort anew without their prefix.
    done = subprocess.run(
        [*command, "check", "--select", "I", "--fix", "--quiet", "--stdin-filename", str(path), "-"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    done = subprocess.run(
        [*command, "format", "--quiet", "--stdin-filename", str(path), "-"],
        input=done.stdout, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def main() -> int:
    check = "--check" in sys.argv[1:]
    TARGET.mkdir(exist_ok=True)
    stale = []
    sources = sorted(SOURCE.glob("*.py"))
    for source in sources:
        target = TARGET / source.name
        text = formatted(converted(source.read_text()), target)
        if not target.exists() or target.read_text() != text:
            stale.append(target.name)
            if not check:
                target.write_text(text)
    for target in TARGET.glob("*.py"):
        if not (SOURCE / target.name).exists():
            stale.append(target.name)
            if not check:
                target.unlink()
    if check and stale:
        print(f"_sync is not made from _async: {', '.join(stale)}; run python tools/unasync.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
