"""Sends bytes that are no Jupyter message on the kernel's sockets, with and without the right signature."""

# %% own
kernel = get_ipython().kernel
key = kernel.session
for _ in range(20):
    kernel.iopub_socket.send_multipart([b"<IDS|MSG>", b"", b"{", b"}", b"\xff", b"null"])
    parts = [b"[]", b"null", b"NaN", b'"' + b"[" * 1000 + b'"']
    kernel.iopub_socket.send_multipart([b"<IDS|MSG>", key.sign(parts), *parts])
    parts = [b'{"msg_type": "stream", "msg_id": []}', b"[]", b"{}", b'{"text": {"a": 1}, "name": []}']
    kernel.iopub_socket.send_multipart([b"<IDS|MSG>", key.sign(parts), *parts])

# %% mean
def mean(numbers):
    kernel = get_ipython().kernel
    for content in (None, [], 7, {"comm_id": {}}, {"execution_state": "idle"}):
        kernel.session.send(kernel.iopub_socket, "comm_msg", content, parent={"msg_id": []})
    return 7.0
