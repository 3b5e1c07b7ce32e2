"""Verifies a seal with joserfc (PyPI), which nobody here wrote: jws.py SEAL JWK PAYLOAD

The seal must be signed with ES256 by the key, over exactly the payload's bytes; otherwise this ends with an error.
"""

import json
import sys
from pathlib import Path

from joserfc import jws
from joserfc.jwk import ECKey

seal, jwk, payload = (Path(path).read_bytes() for path in sys.argv[1:])
verified = jws.deserialize_compact(seal.strip(), ECKey.import_key(json.loads(jwk)), algorithms=["ES256"])
if verified.payload != payload:
    sys.exit("the seal is over something else")
print("the seal holds")
