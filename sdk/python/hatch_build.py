"""Takes the Wasm module that checks attestations into the package.

In a clone it is built from Rust (``sdk/attestation-module``), a source distribution has it. Where it cannot be built the
package is made without it, and says so when it is needed.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULE = "src/candor/attestation.wasm.gz"


class ModuleHook(BuildHookInterface[Any]):
    """Runs before a wheel or a source distribution is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the module where it can be built, and list it as part of the package."""
        root = Path(self.root)
        module, build = root / MODULE, root.parent / "attestation-module" / "build"
        if build.exists():
            done = subprocess.run([build, module], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                self.app.display_warning(f"attestations cannot be checked by this build: {done.stderr.strip()}")
        if module.exists():
            # It is not under version control, so it is not found by itself.
            build_data["artifacts"].append(MODULE)
