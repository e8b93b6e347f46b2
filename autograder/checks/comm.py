"""The kernel's end of the wall: a Jupyter comm that hands requests to the agent. Only a grader's kernel uses it."""

from autograder.checks.agent import Agent

TARGET = "course.wall"
"""The comm target that a grader opens."""


def install(shell: object) -> None:
    """Makes the kernel answer a grader's requests about the names in its user namespace.

    Args:
        shell: the IPython shell, from get_ipython().
    """
    agent = Agent(shell.user_ns)

    def opened(comm: object, message: dict) -> None:
        def answer(message: dict) -> None:
            reply = agent.answer([bytes(buffer) for buffer in message["buffers"]])
            comm.send({"id": message["content"]["data"]["id"]}, buffers=reply)

        comm.on_msg(answer)

    shell.kernel.comm_manager.register_target(TARGET, opened)
