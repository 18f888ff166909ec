"""orderlane run, orderlane worker: what keeps running."""

from __future__ import annotations

import dataclasses
import signal
import socket
import threading

import click

from engine import accountability, clock, sentences, worker
from webapp import config, mailer, prepare, server
from webapp.commands.prepared import prepared_database
from webapp.texts import spoken


@click.command()
@click.option("--host", default=None, help="Address to listen on; else HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Else PORT, else 8000.")
@click.option(
    "--production", is_flag=True, help="No demo company; a new installation gets one set-up link instead."
)
def run(host: str | None, port: int | None, production: bool) -> None:
    """Prepare the database, deploy processes/, and serve with worker and clock until stopped."""
    settings = config.load()
    if host or port:
        settings = dataclasses.replace(settings, host=host or settings.host, port=port or settings.port)
    if production:
        settings = dataclasses.replace(settings, environment="production")
    _check_address(settings)
    sentences.translate_with(spoken.translator())
    for line in prepare.prepare(settings):
        click.echo(line)
    click.echo(f"Orderlane serves on {settings.address} (stop with Ctrl+C).")
    server.serve(settings)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--every", type=click.FloatRange(0.1, 60), default=1.0, show_default=True, metavar="SECONDS")
def worker_(once: bool, every: float) -> None:
    """Run timers, retries and mail in a process of its own, beside any number of others."""
    settings = config.load()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    sentences.translate_with(spoken.translator())
    with prepared_database(settings) as engine:
        sender = mailer.sender(settings)
        if once:
            done = worker.run_until_quiet(engine, now=clock.now, sender=sender)
            click.echo(f"{done} jobs were tried.")
            return
        click.echo("The worker runs (stop with Ctrl+C).")
        watch = accountability.Watch(engine, every=accountability.WALK_EVERY)
        while not stopped.is_set():
            if worker.run_due(engine, now=clock.now, sender=sender, guard=worker.ended_when_it_hangs) == 0:
                watch.look(clock.now())
                stopped.wait(every)


def _check_address(settings: config.Settings) -> None:
    """Say at once that the port is taken, before anything is prepared and links are printed."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"Expected to listen on {settings.host}, port {settings.port}, but {error.strerror or error}. "
                "Stop what listens there, or choose another port, for example: PORT=8001 make run"
            ) from None
