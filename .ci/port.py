"""Exit 0 if a port of this machine can be listened on; or say why not, and exit 1."""

import socket
import sys

port = int(sys.argv[1])


def obstacle() -> str:
    """Return what hinders a listener, or nothing."""
    with socket.socket() as caller:
        caller.settimeout(1)
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            return "another program is listening on it"
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror.lower()
    return ""


sys.exit(obstacle() or 0)
