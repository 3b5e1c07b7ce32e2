"""Reads a whole log with tlog-scales (PyPI), which nobody here wrote: log.py LOCATION VKEY [EARLIER-CHECKPOINT...]

LOCATION is a folder or an address. Checks the checkpoint's signature, the root over all tiles, every entry against its leaf, an inclusion proof of every
leaf, and that the log of each earlier checkpoint is the beginning of this one. Prints how many leaves and earlier checkpoints that were; on anything
wrong it ends with an error.
"""

import sys
from pathlib import Path

from tlog_scales.backend import HttpBackend, LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint

location, vkey, *earlier = sys.argv[1:]
vkey = Vkey.from_string(vkey.strip())
reader = TilesReader(HttpBackend(location) if "://" in location else LocalBackend(Path(location)))


def signed(checkpoint: Checkpoint) -> Checkpoint:
    checkpoint.verify(vkey)
    if checkpoint.origin != vkey.name:
        sys.exit(f"a checkpoint of {checkpoint.origin}")
    return checkpoint


last = signed(reader.get_checkpoint())
if reader.calculate_root_hash() != last.root_hash:
    sys.exit("the tiles have another root")
for index in range(last.size):
    reader.get_inclusion_proof(index, last.size).check(leaf_hash(reader.get_entry(index)), last.root_hash)
for path in earlier:
    before = signed(Checkpoint.from_text(Path(path).read_text()))
    reader.get_consistency_proof(before.size, last.size).check(before.root_hash, last.root_hash)
print(f"{last.size} leaves, {len(earlier)} earlier checkpoints")
