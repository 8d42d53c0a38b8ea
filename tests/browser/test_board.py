"""The board: cards that are dragged, carried by keys, or sent by their menu."""

import pytest
from playwright.sync_api import Page, expect

from core.testing.browser import on_sqlite
from tests.browser import company

pytestmark = on_sqlite


@pytest.fixture
def board(app, page) -> Page:
    company.companies()
    page.goto("/contacts/")
    page.get_by_role("link", name="Board").click()
    return page


def lane(page: Page, key: str):
    return page.locator(f'[data-lane="{key}"]')


def test_a_card_is_dragged_and_the_move_is_taken_back(board):
    card = lane(board, "prospect").locator(".card", has_text="Acme Robotics")
    target = lane(board, "client").locator(".lane-cards")
    start, end = card.bounding_box(), target.bounding_box()
    board.mouse.move(start["x"] + 20, start["y"] + start["height"] - 8)
    board.mouse.down()
    board.mouse.move(end["x"] + 60, end["y"] + 40, steps=8)
    board.mouse.move(end["x"] + 60, end["y"] + 44, steps=2)
    board.mouse.up()
    expect(lane(board, "client").locator(".card")).to_have_count(2)
    expect(board.locator(".toast")).to_contain_text("Moved")
    expect(lane(board, "client").locator("[data-count]")).to_have_text("2")
    expect(lane(board, "prospect").locator("[data-count]")).to_have_text("0")
    board.locator(".toast").get_by_role("button", name="Undo").click()
    board.goto("/contacts/?mode=board")
    expect(lane(board, "prospect").locator(".card-title")).to_have_text(["Acme Robotics"])


def test_a_card_is_carried_by_keys(board):
    board.get_by_role("link", name="Acme Robotics").focus()
    board.keyboard.press("Space")
    expect(board.locator("#announce")).to_contain_text("Picked up")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Escape")
    expect(lane(board, "prospect").locator(".card")).to_have_count(1)
    board.keyboard.press("Space")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Space")
    expect(board.locator(".toast")).to_contain_text("Moved")
    expect(board.get_by_role("link", name="Acme Robotics")).to_be_focused()
    board.reload()
    expect(lane(board, "client").locator(".card")).to_have_count(2)


def test_a_card_is_sent_by_its_menu(board):
    board.get_by_label("Move Acme Robotics").click()
    board.get_by_role("button", name="Partner").click()
    expect(board.locator(".toast")).to_contain_text("Moved")
    expect(lane(board, "partner").locator(".card")).to_have_count(2)
    board.get_by_label("Move Acme Robotics").click()
    board.get_by_role("button", name="Former").click()
    expect(lane(board, "former").locator(".card")).to_have_count(2)


def test_a_card_that_somebody_else_moved_goes_back(board, admin, visit):
    other = visit(admin)
    other.goto("/contacts/?mode=board")
    other.get_by_label("Move Acme Robotics").click()
    other.get_by_role("button", name="Former").click()
    expect(other.locator(".toast")).to_contain_text("Moved")
    board.get_by_label("Move Acme Robotics").click()
    board.get_by_role("button", name="Partner").click()
    expect(board.locator(".toast-error")).to_contain_text("Somebody else changed this first")
    expect(lane(board, "prospect").locator(".card")).to_have_count(1)
