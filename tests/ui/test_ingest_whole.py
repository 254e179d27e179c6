"""From a maintainer's desktop into a cited answer, with the real index, embedder and browser; no restart between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from index.build import Builder
from index.embed import DEFAULT_NAME, Embedder
from index.library import Library
from qa.chain import Chain
from qa.settings import Settings, load_settings
from tests.conftest import ROOT
from tests.ui.browser import WIDE, answered, ask, many_browsers
from tests.ui.test_sign_in_page import CHEAP, MAINTAINER, PASSWORDS, sign_in
from ui.app import App
from ui.attempts import Attempts
from ui.environment import prepare
from ui.live import LiveChain
from ui.records import FILE, Records
from ui.sessions import FILE as SESSIONS
from ui.sessions import Sessions
from ui.sign_in import SignIn
from ui.users import User, Users, changing, hashed

pytestmark = pytest.mark.browser

DATA = ROOT / "tests" / "data"
LEAVE = DATA / "职工带薪年休假条例.md"
WOMEN = DATA / "女职工劳动保护特别规定.md"


class Opened:
    """Opens a chain once, and remembers every embedder that answers."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self.settings = settings
        self.embedders = [embedder]

    def open(self) -> Chain:
        index = self.settings.index
        return Chain(Library(index.dir, self.embedders[0], index.cache_dir), self.settings)

    def renew(self, used: Chain) -> Chain:
        chain = used.renewed()
        self.embedders.append(chain.library.embedder)
        return chain


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, cache_dir: Path
) -> Iterator[tuple[str, App, Opened, Path]]:
    prepare("default")
    from ui.web import build_page, launch

    home = tmp_path_factory.mktemp("whole")
    watched = home / "收文"
    watched.mkdir()
    Builder(home / "index", lambda: embedder, DEFAULT_NAME, cache_dir).add([DATA / "附件重新编号的办法.md"])
    users = home / "users.jsonl"
    with changing(users) as known:
        known[MAINTAINER] = User(MAINTAINER, hashed(PASSWORDS[MAINTAINER], CHEAP), maintainer=True)
    settings = load_settings(
        {},
        index__dir=home / "index",
        index__cache_dir=cache_dir,
        web__port=0,
        web__users=users,
        web__data_dir=home / "data",
        web__watch=(watched,),
    )
    opened = Opened(settings, embedder)
    live = Users(users, Attempts())
    sessions = Sessions(home / SESSIONS, live)
    who = SignIn(live, sessions)
    records = Records(home / FILE)
    app = App(LiveChain(opened.open, opened.renew), records, settings.web)
    page = build_page(app, who)
    server = launch(page, app, who)
    yield server.address, app, opened, watched
    app.close()
    server.close()
    sessions.close()
    records.close()


def test_what_is_sent_or_put_into_a_watched_folder_is_cited_without_a_restart(
    served: tuple[str, App, Opened, Path],
) -> None:
    address, app, opened, watched = served
    with many_browsers() as browser:
        page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
        page.goto(address)
        sign_in(page, MAINTAINER)
        expect(page.locator(".pq-welcome")).to_be_visible()
        page.locator("#pq-tab-ingest-button").click()
        page.locator("#pq-pick").set_input_files(str(LEAVE))
        one = page.locator("#pq-tray .pq-file")
        expect(one.locator(".pq-badge").first).to_have_text("新文件", timeout=20_000)
        expect(one).to_contain_text("《职工带薪年休假条例》")
        page.get_by_role("button", name="收录 1 个文件").click()
        expect(one).to_contain_text("已收录", timeout=60_000)
        expect(page.locator("#pq-held")).to_contain_text("《职工带薪年休假条例》")

        (watched / WOMEN.name).write_bytes(WOMEN.read_bytes())
        app.watch.look()
        app.watch.look()
        expect(page.locator("#pq-watch")).to_contain_text("女职工劳动保护特别规定.md已收录", timeout=10_000)

        page.locator("#pq-tab-library-button").click()
        expect(page.locator(".pq-library .pq-doc")).to_have_count(3)
        page.locator("#pq-tab-chat-button").click()
        page.locator(".pq-filter summary").click()
        expect(page.locator(".pq-filter")).to_contain_text("《职工带薪年休假条例》")
        page.keyboard.press("Escape")
        ask(page, "工作满1年不满10年的职工，年休假几天？")
        answered(page)
        expect(page.locator(".pq-answer .pq-lead").first).to_contain_text("5天")
        expect(page.locator(".pq-card").first).to_contain_text("《职工带薪年休假条例》第三条")
        ask(page, "女职工生育享受多少天产假？")
        answered(page, 2)
        expect(page.locator(".pq-turn").last.locator(".pq-card").first).to_contain_text(
            "《女职工劳动保护特别规定》第七条"
        )
    assert len(opened.embedders) > 1
    assert {id(used) for used in opened.embedders} == {id(opened.embedders[0])}  # none was loaded beside it
