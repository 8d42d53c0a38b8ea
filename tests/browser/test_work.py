"""The page of background work keeps up with it by itself."""

from playwright.sync_api import expect

from core.database import db
from core.jobs import start, working
from core.testing.browser import on_sqlite

pytestmark = on_sqlite


def test_it_follows_the_work_to_its_end_without_a_reload(app, admin, page):
    work = start("core.test:export", admin, "People as CSV")
    db.session.commit()
    number = work.id
    page.goto(f"/work/{work.uid}")
    expect(page.locator("#job")).to_contain_text("Waiting for its turn")
    with working(number) as one:
        expect(page.locator("#job")).to_contain_text("Working")
        one.progress(40, 100)
        expect(page.locator("#job")).to_contain_text("40 of 100")
        one.result = {"url": "/contacts/"}
    expect(page.locator("#job")).to_contain_text("Done.", timeout=3000)
    expect(page.locator("#job").get_by_role("link", name="Show")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2200)
    assert not asked


def test_an_answer_that_fails_does_not_end_the_watching(app, admin, visit):
    page = visit(admin)
    work = start("core.test:export", admin, "People as CSV")
    db.session.commit()
    number = work.id
    page.goto(f"/work/{work.uid}")
    failed = []

    def fail_once(route):
        failed.append(route.request.url)
        route.fulfill(status=503, body="busy") if len(failed) < 3 else route.continue_()

    page.route("**/work/*", fail_once)
    with working(number):
        pass
    expect(page.locator("#job")).to_contain_text("Done.", timeout=6000)
    visit.faults.clear()  # they were asked for
