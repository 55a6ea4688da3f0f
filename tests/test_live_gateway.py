"""A client leaves the service in the middle of a request: the model server must not go on for nobody."""

from collections.abc import Iterator

import pytest

from tests.benchmarks.leaving import ROUTES, leave_once, run_watched
from tests.benchmarks.parts import Process
from tests.live_server import LiveServer, open_live_server
from tests.watched_proxy import WatchedProxy

Watched = tuple[Process, WatchedProxy, LiveServer]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with open_live_server(tmp_path_factory.mktemp("run")) as live, run_watched(live) as (service, proxy):
        yield service, proxy, live


@pytest.mark.live
@pytest.mark.parametrize("route", ROUTES)
def test_a_client_that_leaves_frees_the_model(watched: Watched, route: str) -> None:
    left = leave_once(*watched, route)
    assert left.calls >= 1
    assert left.upstream_closed_s is not None  # by the service, and not by the model server at its end
    assert left.cut_short >= 1  # the server may answer one of them in the moment of the leaving
    assert left.model_idle
