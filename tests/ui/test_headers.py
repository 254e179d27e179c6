"""Strict headers on every answer."""

from tests.ui.asgi import Inner, ask
from ui.headers import SafeHeaders

NEVER_FRAMED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def test_every_answer_carries_strict_headers() -> None:
    got = ask(SafeHeaders(Inner(content_type="application/json")))
    permissions = got.headers.pop("permissions-policy")
    assert got.headers == {
        "content-type": "application/json",
        "content-security-policy": NEVER_FRAMED,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cache-control": "no-store",
    }
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(permissions.split(", "))
    assert "clipboard" not in permissions  # the page copies
    assert got.body == b"ok"


def test_errors_carry_them_too() -> None:
    assert ask(SafeHeaders(Inner(status=500))).headers["x-content-type-options"] == "nosniff"


def test_what_a_part_says_itself_stays() -> None:
    inner = Inner(
        content_type="text/html", content_security_policy="default-src 'self'", cache_control="max-age=5"
    )
    got = ask(SafeHeaders(inner))
    assert (got.headers["content-security-policy"], got.headers["cache-control"]) == (
        "default-src 'self'",
        "max-age=5",
    )


def test_scripts_and_styles_may_be_kept_by_the_browser() -> None:
    assert "cache-control" not in ask(SafeHeaders(Inner(content_type="text/javascript"))).headers


def test_only_behind_https_the_browser_is_told_to_stay_with_it() -> None:
    app = SafeHeaders(Inner())
    assert "strict-transport-security" not in ask(app).headers
    assert ask(app, scheme="https").headers["strict-transport-security"] == "max-age=31536000"
    assert ask(app, x_forwarded_proto="https").headers["strict-transport-security"] == "max-age=31536000"


def test_nobody_opens_the_page_to_other_sites() -> None:
    inner = Inner(access_control_allow_origin="https://evil.example", Access_Control_Allow_Credentials="true")
    assert not [name for name in ask(SafeHeaders(inner)).headers if name.startswith("access-control")]
