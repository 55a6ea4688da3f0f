"""The server: settings -> chain -> app. Start it with ``uvicorn server:app`` or ``resume-rag serve``."""

import gc

gc.disable()  # the imports make some 100,000 objects, all of which stay: looking among them takes a tenth of the start

from fastapi import FastAPI  # noqa: E402

from resume_rag.chain import build_chain  # noqa: E402
from resume_rag.service import build_app  # noqa: E402
from resume_rag.service.logs import quiet_foreign_logs  # noqa: E402
from resume_rag.settings import Settings  # noqa: E402

gc.freeze()
gc.enable()


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app as the settings say; from arguments, the environment or ``.env``."""
    settings = settings or Settings()
    quiet_foreign_logs()
    chain = build_chain(settings)
    return build_app(chain, settings, readiness=chain.acheck, router=chain.router, on_start=chain.astart, on_stop=chain.aclose)


app = create_app()
