"""The sides of benchmarks/training.py, each a process of its own that sets up cells and trains as many steps as it is told.

A side is a module with char(batch_size, nodes, unrollings, text) and mnist(units, batch_size, images, labels). Either returns a
function that trains for some number of steps of the protocol of solutions/*/reference.py and gives the last loss.
"""
