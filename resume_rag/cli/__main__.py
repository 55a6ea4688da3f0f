"""`python -m resume_rag.cli`."""

from resume_rag.cli import main

main()
