"""The server: settings -> chain -> app. Start it with ``uvicorn server:app`` or ``resume-rag serve``."""

from fastapi import FastAPI

from resume_rag.chain import build_chain
from resume_rag.service import build_app
from resume_rag.service.logs import quiet_foreign_logs
from resume_rag.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app as the settings say; from arguments, the environment or ``.env``."""
    settings = settings or Settings()
    quiet_foreign_logs()
    chain = build_chain(settings)
    return build_app(chain, settings, readiness=chain.acheck, on_start=chain.astart, on_stop=chain.aclose)


app = create_app()
