"""Exit 0 as soon as a path on a port of this machine answers 200, or 1 after a second without."""

import http.client
import sys
import time

port, path = int(sys.argv[1]), sys.argv[2]

for _ in range(10):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        if connection.getresponse().status == 200:
            sys.exit(0)
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()
    time.sleep(0.1)
sys.exit(1)
