"""Arrays of every type: all special values, scalars, empty ones."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from candor import DType


def _samples() -> list[tuple[DType, Any]]:
    samples: list[tuple[DType, Any]] = []
    for dtype in DType:
        if dtype is DType.STRING:
            arrays: list[Any] = [np.array([["", "a"], ["é\n\0", "日本" * 100]], dtype=object)]
            arrays += [np.array("scalar", dtype=object), np.empty((0, 3), dtype=object), np.array(["plain", "x"])]
        else:
            kind = np.dtype(ml_dtypes.bfloat16) if dtype is DType.BFLOAT16 else np.dtype(dtype.label)
            if dtype is DType.BOOL:
                full = np.array([[True, False, True]])
            elif kind.kind in "iu":
                limits = np.iinfo(kind)
                full = np.array([[limits.min, limits.max, 7]], dtype=kind)
            else:
                # Every bit pattern counts: both zeros, subnormals, infinities, several NaN.
                size = kind.itemsize
                patterns = [0, 1 << (size * 8 - 1), 1, (1 << (size * 8)) - 1, 0x55 * (256**size - 1) // 255]
                raw = b"".join(pattern.to_bytes(size, "little") for pattern in patterns)
                full = np.concatenate(
                    [np.frombuffer(raw, dtype=kind), np.array([1.5, np.inf, -np.inf, np.nan], dtype=kind)]
                )
            arrays = [full, full.reshape(-1)[0:1].reshape(()), np.empty((2, 0, 3), dtype=kind), full.reshape(-1)[:2]]
        samples += [(dtype, array) for array in arrays]
    return samples


SAMPLES = _samples()
