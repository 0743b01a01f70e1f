"""A folder of files that changes all at once: versioned, checked, one writer, many readers.

It knows nothing of what the files mean. A manifest names every file with its size and checksums;
replacing the manifest is the one step in which a commit happens.
"""

from hyperquery.storage.snapshot import Snapshot
from hyperquery.storage.store import Store
from hyperquery.storage.transaction import Transaction

__all__ = ["Snapshot", "Store", "Transaction"]
