"""Which deployment serves this request: primary, canary, fallback; and how a canary becomes the stable version or goes.

`deployments` reads the file, `split` is the sticky split, `tallies` and `gates` compare two versions, `state` is the state machine,
`store` the folder that all workers and gateways share, `deciding` changes the state, `router` is what lives in a process.
"""

from resume_rag.rollout.deciding import Change, abort, decide, look_at_gates, promote, start
from resume_rag.rollout.deployments import DEFAULT_NAME, EMBEDDED, Deployment, Deployments, Policy, read_deployments
from resume_rag.rollout.gates import GateReport, check_gates
from resume_rag.rollout.router import Assignment, Router
from resume_rag.rollout.state import RolloutState
from resume_rag.rollout.store import GoldenRecord, RolloutStore, render_time
from resume_rag.rollout.tallies import Sample

__all__ = [
    "DEFAULT_NAME",
    "EMBEDDED",
    "Assignment",
    "Change",
    "Deployment",
    "Deployments",
    "GateReport",
    "GoldenRecord",
    "Policy",
    "RolloutState",
    "RolloutStore",
    "Router",
    "Sample",
    "abort",
    "check_gates",
    "decide",
    "look_at_gates",
    "promote",
    "read_deployments",
    "render_time",
    "start",
]
