"""What is needed to talk to a Substrate chain by its own description of itself: SCALE, metadata, transactions.

Nothing here knows Candor's pallets, and nothing sends anything.
"""

from .extrinsic import Era, sign_extrinsic
from .metadata import Metadata
from .scale import Registry, ScaleError

__all__ = ["Era", "Metadata", "Registry", "ScaleError", "sign_extrinsic"]
