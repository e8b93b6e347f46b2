"""Answers each call several times, first with the answers to other calls, then late, from a thread."""

# %% own
import threading, time

manager = get_ipython().kernel.comm_manager
for comm in manager.comms.values():
    send = comm.send
    def often(data, buffers=None, send=send):
        for number in ("0" * 32, "f" * 32, None, data["id"], data["id"]):
            send({"id": number}, buffers=[b'{"dict": [["value", 2.0], ["printed", ""]]}'] if number != data["id"] else buffers)
        threading.Timer(1, send, [data], {"buffers": buffers}).start()
    comm.send = often
