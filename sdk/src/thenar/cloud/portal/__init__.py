"""The customers' portal: what is kept of them, and how to be rid of it."""

from thenar.cloud.portal.entering import routes as entering
from thenar.cloud.portal.pages import routes as pages

ROUTERS = (pages, entering)

__all__ = ["ROUTERS"]
