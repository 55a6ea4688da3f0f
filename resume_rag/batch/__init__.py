"""Many job posts in a file -> a file with a result for each; what is done is not done again.

Takes the chain as a Runnable, or as a function that builds one, and knows nothing of its stages. Ray only in `cluster`.
"""

from resume_rag.batch.cluster import run_on_ray
from resume_rag.batch.files import OutputFile, Row, read_rows
from resume_rag.batch.running import Result, arun_rows

__all__ = ["OutputFile", "Result", "Row", "arun_rows", "read_rows", "run_on_ray"]
