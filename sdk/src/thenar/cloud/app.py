"""The secure service as an ASGI application."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from thenar import __version__
from thenar.cloud import admin, loading, openapi, portal, problems
from thenar.cloud.access import Limits, SignatureNonces
from thenar.cloud.edge import Edge
from thenar.cloud.housekeeping import Housekeeping
from thenar.cloud.routes import access as access_routes
from thenar.cloud.routes import administration, devices, integration, oversight
from thenar.cloud.routes import service as service_routes
from thenar.cloud.scim.routes import router as scim
from thenar.cloud.service import Service
from thenar.cloud.services import Services
from thenar.cloud.settings import CloudSettings
from thenar.cloud.standing import Standings
from thenar.cloud.webhooks.sending import Sending
from thenar.errors import ThenarError


def create_app(
    settings: CloudSettings, services: Services, *, clock: Callable[[], float] = time.time
) -> FastAPI:
    """The application; its databases are open from now on, its palms loaded when it starts.

    Args:
        settings: the table ``[cloud]``.
        services: the plugins that it calls.
        clock: seconds since the epoch, UTC.

    Raises:
        KeyUnavailable: the key file is missing beside old databases, or others can read it.
        SettingsError: a database URL that this version does not open.
    """
    service = Service.open(settings, services, clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(loading.load, service)
        with Housekeeping(service, app.state.standings), Sending(service):
            service.ready.set()
            yield
            service.ready.clear()
        service.close()

    app = FastAPI(
        title="Thenar secure service",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.state.signature_nonces = SignatureNonces()
    app.state.standings = Standings()
    app.state.limits = limits = Limits.of(settings)
    app.add_middleware(Edge, refusals=limits.refusals, metrics=service.metrics)
    service.metrics.watch(service)
    app.add_exception_handler(ThenarError, problems.on_error)
    app.add_exception_handler(RequestValidationError, problems.on_invalid)
    app.add_exception_handler(HTTPException, problems.on_http)
    for router in (
        service_routes.router,
        service_routes.watching,
        administration.router,
        integration.router,
        oversight.router,
        devices.router,
        access_routes.devices,
        access_routes.router,
        scim,
    ):
        app.include_router(router)
    for pages in (*portal.ROUTERS, *admin.ROUTERS):
        app.include_router(pages)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    return app
