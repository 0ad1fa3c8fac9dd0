"""The admin page of a tenant: sites, devices and their health, counts, events, staff."""

from thenar.cloud.admin.acts import routes as acts
from thenar.cloud.admin.here import ADMIN
from thenar.cloud.admin.pages import routes as pages
from thenar.cloud.web.entering import entering

ROUTERS = (pages, acts, entering(ADMIN))

__all__ = ["ROUTERS"]
