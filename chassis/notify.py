"""Tells whoever started this process that it serves now: systemd's protocol (`Type=notify`), which others speak too."""

import os
import socket


def ready(notify_socket: str) -> None:
    """Sends READY=1 to the Unix datagram socket of that name (NOTIFY_SOCKET); does nothing without a name.

    A name that begins with @ is abstract, as in systemd. A listener that has gone is no reason to stop serving.
    """
    if not notify_socket:
        return
    address = f"\0{notify_socket[1:]}" if notify_socket.startswith("@") else notify_socket
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        try:
            sender.sendto(f"READY=1\nMAINPID={os.getpid()}\n".encode(), address)
        except OSError:
            return
