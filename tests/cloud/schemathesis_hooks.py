"""For the schemathesis command: requests of devices are signed, others carry a key."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import requests
import schemathesis

from thenar.client import DeviceIdentity
from thenar.messages import signing

IDENTITY = DeviceIdentity.load(Path(os.environ["THENAR_TEST_IDENTITY"]))
ADMINISTRATOR = os.environ["THENAR_TEST_ADMIN_KEY"]
KEY = os.environ["THENAR_TEST_KEY"]
ADMINISTRATORS = ("/v1/tenants", "/v1/api-keys", "/v1/keys", "/v1/staff")


class Credentials(requests.auth.AuthBase):
    """The prepared request says what a signature must cover."""

    def __call__(self, request):
        url = urlsplit(request.url)
        body = request.body or b""
        body = body if isinstance(body, bytes) else body.encode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        headers = {
            name: value.decode("latin-1") if isinstance(value, bytes) else value
            for name, value in headers.items()
        }
        key = ADMINISTRATOR if url.path.startswith(ADMINISTRATORS) else KEY
        request.headers["Authorization"] = f"Bearer {key}"
        request.headers.update(
            signing.sign(
                IDENTITY.key,
                IDENTITY.device,
                method=request.method,
                path=url.path,
                query=url.query,
                headers=headers,
                body=body,
            )
        )
        return request


schemathesis.auth.set_from_requests(Credentials())
