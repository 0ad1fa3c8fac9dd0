"""The customers' portal: what is kept of them, and how to be rid of it."""

from thenar.cloud.portal.here import PORTAL
from thenar.cloud.portal.pages import routes
from thenar.cloud.web.entering import entering

ROUTERS = (routes, entering(PORTAL))

__all__ = ["ROUTERS"]
