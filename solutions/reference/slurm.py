"""Workers on a Slurm cluster: python -m solutions.reference.slurm --workers 20, and leave it running beside `run`.

An example to be adapted: dask-jobqueue has the same for PBS, SGE, LSF and HTCondor; only the class's name changes. The clone, its
environment and the cells' folder have to be on a file system that all machines share. Every worker has a job of its own, one core
unless told otherwise, and trains one cell at a time; a job that ends at its time limit costs the cell it was at, which goes on
from its checkpoint on another worker.
"""

import argparse
import sys
import time
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]


def make_cluster(told):
    """Return a dask_jobqueue.SLURMCluster without any worker yet."""
    from dask_jobqueue import SLURMCluster

    return SLURMCluster(
        queue=told.queue,
        account=told.account,
        walltime=told.walltime,
        cores=1,  # of Dask's: one cell at a time
        processes=1,
        job_cpu=told.threads,  # of Slurm's: what the cell's training may use
        memory=told.memory,
        python=sys.executable,
        job_script_prologue=[f"cd {CLONE}", f"export PYTHONPATH={CLONE}"],
        job_extra_directives=[f"--gres={told.gres}"] if told.gres else [],
    )


def arguments(words=None):
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0], allow_abbrev=False)
    parser.add_argument("--workers", type=int, default=4, help="jobs, each with one worker")
    parser.add_argument("--threads", type=int, default=1, help="cores of each; give `run` the same --threads")
    parser.add_argument("--memory", default="4GB", help="of each")
    parser.add_argument("--walltime", default="04:00:00", help="of each")
    parser.add_argument("--queue", help="Slurm's partition")
    parser.add_argument("--account", help="Slurm's account")
    parser.add_argument("--gres", help="such as gpu:1; give `run` --device gpu")
    parser.add_argument("--show", action="store_true", help="print the job script and submit nothing")
    return parser.parse_args(words)


def main():
    told = arguments()
    cluster = make_cluster(told)
    if told.show:
        print(cluster.job_script())
        return
    cluster.scale(jobs=told.workers)
    backend = f"--backend dask --threads {told.threads} --scheduler {cluster.scheduler_address}"
    print(f"{told.workers} jobs submitted; in another shell: python -m solutions.reference run mnist_sweep --preset full {backend}")
    try:
        while True:
            time.sleep(60)
    except KeyboardInterrupt:
        cluster.close()


if __name__ == "__main__":
    main()
