"""``thenar payments``: find payments without an answer, and settle them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from thenar.cli._administrator import administrator

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.messages import Reconciliation


@click.group()
def payments() -> None:
    """Look after payments."""


@payments.command()
@click.option(
    "--days",
    type=click.FloatRange(min=0, max=366),
    default=0.0,
    help="Hold the answers of so many days against the processor's books as well.",
)
@click.pass_obj
def reconcile(invocation: Invocation, days: float) -> None:
    """Find payments without an answer and settle them; the service must be running.

    Nothing is charged: the processor is asked what became of each request. Ends with
    status 1 while something is unknown still.
    """
    with administrator(invocation) as admin:
        told = admin.reconcile(days * 86_400)
    _print(told)
    if told.unknown:
        raise SystemExit(1)


def _print(told: Reconciliation) -> None:
    from rich.console import Console
    from rich.table import Table

    if told.found:
        table = Table("Payment", "Request", "Stood", "Stands", "Payment is", "Amount")
        for one in told.found:
            table.add_row(
                one.payment, one.kind, one.before, one.after, one.state, str(one.amount.money())
            )
        Console().print(table)
    click.echo(
        f"{told.looked_at} requests looked up, {len(told.found)} of them found otherwise or open, "
        f"{told.unknown} unknown still; {told.checkouts} checkouts not at their end."
    )
