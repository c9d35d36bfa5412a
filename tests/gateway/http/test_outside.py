"""Health, metrics, the documents and the page: what stands beside the API."""

from pathlib import Path

from tests.fakes_http import Site, running_site


async def test_health_says_alive_and_readiness_says_what_is_missing(site: Site, database_url: str) -> None:
    assert (await site.ask("GET", "//healthz")).body == {"status": "alive"}
    assert (await site.ask("GET", "//readyz")).status == 200

    async def draining() -> dict[str, bool]:
        return {"database": True, "draining": False}

    async def away() -> dict[str, bool]:
        raise ConnectionError("gone")

    async with running_site(database_url, ready=draining) as other:
        answer = await other.ask("GET", "//readyz")
        assert (answer.status, answer.body["parts"]) == (503, {"database": True, "draining": False})
    async with running_site(database_url, ready=away) as other:
        assert (await other.ask("GET", "//readyz")).status == 503
        assert (await other.ask("GET", "//healthz")).status == 200


async def test_requests_and_refusals_are_counted_by_route(site: Site) -> None:
    await site.ask("GET", "/users/me")
    await site.ask("GET", "/no/such/path")

    text = (await site.ask("GET", "//metrics")).body.decode()

    assert 'gauntlet_http_requests_total{method="GET",route="/api/v1/users/me",status="401"} 1.0' in text
    assert 'gauntlet_http_requests_total{method="GET",route="none",status="404"} 1.0' in text
    assert 'gauntlet_http_refusals_total{code="UNAUTHENTICATED"} 1.0' in text


async def test_the_documents_are_served_with_an_etag(site: Site) -> None:
    for path, kind in (
        ("/openapi.json", "application/json"),
        ("/asyncapi.json", "application/json"),
        ("//docs", "text/html; charset=utf-8"),
        ("//docs.css", "text/css; charset=utf-8"),
    ):
        first = await site.ask("GET", path)
        assert (first.status, first.headers["Content-Type"]) == (200, kind)
        again = await site.ask("GET", path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status == 304


async def test_the_page_and_its_files_come_with_their_types(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "js" / "main.js").write_text("export {};")
    (tmp_path / "notes.md").write_text("not for the world")

    async with running_site(database_url, web=tmp_path) as site:
        page = await site.ask("GET", "//")
        script = await site.ask("GET", "//js/main.js")
        assert (page.body, page.headers["Content-Type"]) == (b"<!doctype html>", "text/html; charset=utf-8")
        assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        for path in ("//notes.md", "//js/", "//../pyproject.toml", "//%2e%2e/pyproject.toml", "//js/..%2fnotes.md"):
            assert (await site.ask("GET", path)).status == 404
        head = await site.ask("HEAD", "//js/main.js")
        assert (head.status, head.body) == (200, b"")
