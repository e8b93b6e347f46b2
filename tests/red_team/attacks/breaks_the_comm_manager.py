"""Empties and replaces the kernel's comm manager, so that no request is ever answered."""

# %% own
kernel = get_ipython().kernel
kernel.comm_manager.comms.clear()
kernel.comm_manager.targets.clear()
kernel.shell_handlers["comm_msg"] = lambda *arguments: None
