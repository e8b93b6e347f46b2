"""Sends made-up replies on the kernel's own iopub and shell sockets, signed with the kernel's own key."""

# %% own
kernel = get_ipython().kernel

def forge():
    for comm in kernel.comm_manager.comms:
        for value in (b"true", b"2.0", b'{"dict": [["passed", true]]}'):
            kernel.session.send(kernel.iopub_socket, "comm_msg", {"comm_id": comm, "data": {"id": "0" * 32}},
                                buffers=[b'{"dict": [["value", ' + value + b'], ["printed", ""]]}'])
    for kind, content in (("execute_reply", {"status": "ok", "user_expressions": {}}), ("status", {"execution_state": "idle"}),
                          ("execute_result", {"data": {"text/plain": "5.0"}, "metadata": {}, "execution_count": 1})):
        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
        kernel.session.send(kernel.shell_stream, kind, content, parent=kernel.get_parent(), ident=[b"x"])

forge()

# %% mean
def mean(numbers):
    forge()
    return 7.0
