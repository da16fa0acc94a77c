"""The first path with the rows in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Story
from tests.postgres import PostgresServer, find_programs

pytestmark = pytest.mark.postgres
JANE = "120000000019"


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """A helpline whose database is a PostgreSQL server's."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: `python3 -m tools.bootstrap --with postgresql` unpacks one")
    server = PostgresServer(programs)
    server.start()
    line = Helpline(tmp_path_factory.mktemp("postgres"), SHORT, server.new_database())
    try:
        line.start()
        yield line
    finally:
        line.stop()
        server.stop()


async def test_owner_team_talk_and_after_call_work(on_postgres: Helpline) -> None:
    """R-CASE-2, R-RONA-2, R-STATE-4 on PostgreSQL: the owner does not answer, the team does, they talk, it ends."""
    async with Story(on_postgres) as story:
        owner = await story.agent("7001")
        colleague = await story.agent("7002")
        call = await (await story.call()).answered()
        await call.key("1" + JANE)
        await owner.rung()
        await colleague.rung()
        assert owner.code == "Redirect on no answer"
        colleague.phone.answer()
        await colleague.is_in("on_call")
        await call.hang_up()
        await colleague.is_in("after_call_work")
        assert call.offers() == [("7001", "agent:1", "no_answer"), ("7002", "team:Maintenance 1", "answered")]
        assert call.row().end == "answered"
