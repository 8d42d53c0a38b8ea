"""Nothing answers that is not marked, and each mark keeps its promise."""


def test_a_view_without_a_mark_answers_nobody(client, boss):
    assert client.get("/unmarked").status_code == 403
    client.sign_in("boris@example.org")
    assert client.get("/unmarked").status_code == 403


def test_public_answers_everybody(client):
    assert client.get("/open").text == "open"


def test_a_missing_page_is_missing_for_everybody(client):
    assert client.get("/no-such-page").status_code == 404


def test_a_permission_opens_a_page(client, anna, boss):
    client.sign_in()
    assert client.get("/admins").status_code == 403
    client.post("/sign-out")
    client.sign_in("boris@example.org")
    assert client.get("/admins").text == "admins"


def test_programs_get_401_with_problem_details(client):
    answer = client.get("/api/ping")
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_htmx_is_told_where_to_go(client):
    answer = client.get("/admins", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/?q=1"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/?q%3D1"


def test_nothing_is_written_without_the_csrf_token(client, anna):
    client.sign_in()
    assert client.http.post("/write").status_code == 400
    assert client.post("/write").text == "written"
