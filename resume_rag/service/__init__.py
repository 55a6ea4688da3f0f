"""HTTP: the chain as a FastAPI app. Takes any Runnable; knows nothing of the stages behind it."""

from resume_rag.service.app import build_app

__all__ = ["build_app"]
