"""``/scim/v2``: what an identity provider asks."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ForbiddenException,
    Group,
    ListResponse,
    NotFoundException,
    PatchOp,
    Resource,
    ResponseParameters,
    SCIMException,
    SearchRequest,
)

from thenar.cloud import problems
from thenar.cloud.access import RequestId, To, needs
from thenar.cloud.authority import Authority
from thenar.cloud.scim import acts, entries
from thenar.cloud.scim.resources import MODELS, POLICY, StaffUser, provider
from thenar.errors import RateLimited, ThenarError
from thenar.messages import Scope

TYPE = "application/scim+json"


def _error(error: Error) -> Response:
    status = error.status or 500
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return Response(error.model_dump_json(), status, headers=headers, media_type=TYPE)


class ScimRoute(APIRoute):
    """A route whose errors are those of SCIM (RFC 7644, section 3.12)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what it raises as an answer."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except SCIMException as error:
                return _error(error.to_error())
            except ValidationError as error:
                return _error(Error.from_validation_errors(error)[0])
            except ThenarError as error:
                status = problems.status_of(error)
                refused = _error(Error(status=status, detail=str(error)))
                if isinstance(error, RateLimited):
                    refused.headers["retry-after"] = str(math.ceil(error.retry_after))
                return refused

        return handled


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]
Reader = Annotated[Authority, needs(Scope.DIRECTORY_READ)]
Writer = Annotated[Authority, needs(Scope.DIRECTORY_WRITE)]
Kind = Literal["User", "Group"]
router = APIRouter(prefix="/scim/v2", route_class=ScimRoute, include_in_schema=False)
_provider = provider()


def _tell(
    resource: Any, context: Context, status: int = 200, asked: ResponseParameters[Any] | None = None
) -> Response:
    text = resource.model_dump_json(scim_ctx=context, response_parameters=asked)
    headers = {}
    if status == 201:
        headers["location"] = str(resource.meta.location)
    return Response(text, status, headers=headers, media_type=TYPE)


def _of_tenant(by: Authority) -> str:
    if by.tenant is None:
        raise ForbiddenException(detail="Use an API key of the tenant whose directory it is.")
    return by.tenant


def _add_routes(kind: Kind) -> None:
    model: type[Resource[Any]] = MODELS[kind]

    @router.get(f"/{kind}s")
    def search(to: To, by: Reader, request: Request) -> Response:
        asked = SearchRequest[model].model_validate(  # type: ignore[valid-type]
            dict(request.query_params), scim_ctx=Context.SEARCH_REQUEST
        )
        return _found(to, by, asked)

    @router.post(f"/{kind}s/.search")
    def search_by_post(to: To, by: Reader, body: Body) -> Response:
        asked = SearchRequest[model].model_validate_json(  # type: ignore[valid-type]
            body, scim_ctx=Context.SEARCH_REQUEST
        )
        return _found(to, by, asked)

    def _found(to: To, by: Authority, asked: SearchRequest[Any]) -> Response:
        total, page = entries.search(to, _of_tenant(by), kind, asked)
        told = ListResponse[model](  # type: ignore[valid-type]
            total_results=total,
            start_index=(asked.start_index_0 or 0) + 1,
            items_per_page=len(page),
            resources=page,
        )
        return _tell(told, Context.RESOURCE_QUERY_RESPONSE, asked=asked)

    @router.post(f"/{kind}s")
    def create(to: To, by: Writer, body: Body, request_id: RequestId) -> Response:
        _of_tenant(by)
        asked = model.model_validate_json(
            body, scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=POLICY
        )
        made = acts.create(to, by, kind, asked, request_id)
        return _tell(made, Context.RESOURCE_CREATION_RESPONSE, 201)

    @router.get(f"/{kind}s/{{name}}")
    def show(to: To, by: Reader, name: str, request: Request) -> Response:
        asked = ResponseParameters[model].model_validate(dict(request.query_params))  # type: ignore[valid-type]
        with to.store.reading() as session:
            row = entries.find(session, _of_tenant(by), kind, name)
        if row is None:
            raise NotFoundException(detail=f"There is no {kind.lower()} {name!r} here.")
        return _tell(entries.read(to, row), Context.RESOURCE_QUERY_RESPONSE, asked=asked)

    @router.put(f"/{kind}s/{{name}}")
    def replace(to: To, by: Writer, name: str, body: Body, request_id: RequestId) -> Response:
        _of_tenant(by)
        asked = model.model_validate_json(
            body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST, scim_policy=POLICY
        )
        done = acts.replace(to, by, kind, name, asked, request_id)
        return _tell(done, Context.RESOURCE_REPLACEMENT_RESPONSE)

    @router.patch(f"/{kind}s/{{name}}")
    def patch(to: To, by: Writer, name: str, body: Body, request_id: RequestId) -> Response:
        _of_tenant(by)
        asked = PatchOp[model].model_validate_json(  # type: ignore[valid-type]
            body, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=POLICY
        )
        done = acts.patch(to, by, kind, name, asked, request_id)
        return _tell(done, Context.RESOURCE_PATCH_RESPONSE)

    @router.delete(f"/{kind}s/{{name}}")
    def remove(to: To, by: Writer, name: str, request_id: RequestId) -> Response:
        _of_tenant(by)
        acts.remove(to, by, kind, name, request_id)
        return Response(status_code=204)


_KINDS: tuple[Kind, ...] = ("User", "Group")
for _kind in _KINDS:
    _add_routes(_kind)


@router.get("/ServiceProviderConfig")
def config() -> Response:
    """What this service provider can do."""
    assert _provider.config is not None  # noqa: S101 -- given above
    return _tell(_provider.config, Context.RESOURCE_QUERY_RESPONSE)


@router.get("/ResourceTypes")
def resource_types(request: Request) -> Response:
    """Users and groups."""
    return _described(request, list(_provider.resource_types))


@router.get("/ResourceTypes/{name}")
def resource_type(name: str) -> Response:
    """One of them."""
    return _one(list(_provider.resource_types), name)


@router.get("/Schemas")
def schemas(request: Request) -> Response:
    """What users and groups consist of."""
    return _described(request, list(_provider.schemas))


@router.get("/Schemas/{name}")
def schema(name: str) -> Response:
    """One schema."""
    return _one(list(_provider.schemas), name)


def _described(request: Request, every: list[Any]) -> Response:
    if "filter" in request.query_params:
        raise ForbiddenException(detail="What describes the service cannot be filtered.")
    model = type(every[0])
    told = ListResponse[model](  # type: ignore[valid-type]
        total_results=len(every), start_index=1, items_per_page=len(every), resources=every
    )
    return _tell(told, Context.RESOURCE_QUERY_RESPONSE)


def _one(every: list[Any], name: str) -> Response:
    for one in every:
        if name in (one.id, getattr(one, "name", None)):
            return _tell(one, Context.RESOURCE_QUERY_RESPONSE)
    raise NotFoundException(detail=f"There is no {name!r} here.")


@router.post("/.search")
def search_all(to: To, by: Reader, body: Body) -> Response:
    """Users and groups together."""
    both = StaffUser | Group
    asked = SearchRequest[both].model_validate_json(body, scim_ctx=Context.SEARCH_REQUEST)
    total, page = entries.search_all(to, _of_tenant(by), asked)
    told = ListResponse[both](
        total_results=total,
        start_index=(asked.start_index_0 or 0) + 1,
        items_per_page=len(page),
        resources=page,
    )
    return _tell(told, Context.SEARCH_RESPONSE, asked=asked)


_PLACES = {one.path for one in router.routes if isinstance(one, ScimRoute)}
_ROOT = router.prefix


@router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def nothing(rest: str) -> Response:
    """Whatever else is asked for."""
    head = rest.partition("/")[0]
    if f"{_ROOT}/{rest}" in _PLACES or ("/" in rest and f"{_ROOT}/{head}/{{name}}" in _PLACES):
        return _error(Error(status=405, detail="This is not a method of this address."))
    raise NotFoundException(detail=f"There is nothing at {rest!r}.")
