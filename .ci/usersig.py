"""UserSigs of `batchcast usersig` and of the vendor's package tls-sig-api-v2 agree.

The package signs but does not verify. So for each signature of ours, the package signs for the same account at the same
second, and the two must say the same, TLS.sig included. Compressed bytes are not compared: they depend on the zlib.
"""

import base64
import json
import os
import subprocess
import sys
import time
import zlib
from unittest import mock

import TLSSigAPIv2

BATCHCAST = sys.argv[1]
SDKAPPID = 1400000000
KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"
# What the document allows: letters, digits, "_" and "-", up to 32 bytes.
IDENTIFIERS = ["administrator", "a", "A-Z_0-9", "x" * 32, "0", "user_01"]


def batchcast(identifier, *arguments, stdin=None):
    environment = {
        "HOME": os.environ.get("HOME", ""),
        "BATCHCAST_TIM_SDKAPPID": str(SDKAPPID),
        "BATCHCAST_TIM_IDENTIFIER": identifier,
        "BATCHCAST_TIM_SECRET_KEY": KEY,
    }
    command = [BATCHCAST, "usersig", *arguments, "--json"]
    done = subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def opened(usersig):
    armor = usersig.replace("*", "+").replace("-", "/").replace("_", "=")
    return json.loads(zlib.decompress(base64.b64decode(armor, validate=True)))


def main():
    api = TLSSigAPIv2.TLSSigAPIv2(SDKAPPID, KEY)
    for identifier in IDENTIFIERS:
        ours = opened(batchcast(identifier, "generate", "--valid-for", "24h")["usersig"])
        with mock.patch.object(time, "time", return_value=ours["TLS.time"]):
            theirs = opened(api.gen_sig(identifier, ours["TLS.expire"]))
        assert ours == theirs, f"{identifier}: ours says {ours}, theirs says {theirs}"

        seen = batchcast(identifier, "inspect", "-", stdin=api.gen_sig(identifier, 86400))
        assert seen["identifier"] == identifier and seen["sdkappid"] == SDKAPPID, seen
        assert seen["signature_valid"] is True and seen["expired"] is False, seen
        print(f"ok: {identifier}")
    print(f"{len(IDENTIFIERS)} passed, 0 failed")


main()
