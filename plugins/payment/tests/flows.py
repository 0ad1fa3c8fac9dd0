"""The flows that move money, as the service goes through them once they are written down."""

from thenar.cloud import processor
from thenar.cloud.checkout import steps


def run(service, *, step="", checkout="", tab="", token="", capture=True):
    """Carry a step out, or a checkout's charge and then all that follows."""
    if step:
        processor.carry_out(service, step, token=token, capture=capture)
    if checkout:
        steps.go_on(service, checkout)
    if tab:
        steps.look_after_tab(service, tab)
