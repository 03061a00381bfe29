"""One request to the console: who asks, in which language, and how it is answered."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response

from functions.console.front import forms
from functions.console.front.cookie import Login, origin_of
from functions.console.front.forms import Fields
from functions.console.front.headers import NOT_KEPT, SAFE
from functions.console.front.templates import rendered
from functions.guards import Scope
from functions.http.requests import HttpRequest, header, request_id
from functions.services import Services
from shared.tenants.model import ApiKey

_SEE_OTHER: Final = 303
_WORTH_COMPRESSING: Final = 1024
_LEVEL: Final = 5


@dataclass(slots=True)
class Visit:
    """What a page is given."""

    request: HttpRequest
    serving: Services
    login: Login | None
    language: str
    key: ApiKey | None = None
    """Whose sessions are shown; its row was read for this request."""
    is_admin: bool = False

    @property
    def tenant(self) -> ApiKey:
        """The key; of pages that need one."""
        if self.key is None:
            raise LookupError("this page is shown without a key")
        return self.key

    @property
    def id(self) -> str:
        """Of the request."""
        return request_id(self.request.scope)

    @property
    def by_htmx(self) -> bool:
        """Whether a part of a page is asked for, by the script on it."""
        return header(self.request, "HX-Request") == "true"

    @property
    def query(self) -> Fields:
        """What stands behind the `?` of the address."""
        return Fields(forms.pairs(self.request.scope["query_string"].decode("latin-1")))

    @property
    def is_sandbox(self) -> bool:
        """Whether the gateway has a WhatsApp of its own, and no real number is behind it."""
        return self.serving.sandbox_url is not None

    @property
    def can_stream(self) -> bool:
        """Whether pages are told what changes; else they ask every few seconds."""
        return self.serving.streams is not None

    @property
    def origin(self) -> str:
        """Where the visitor finds the gateway, for the commands that are shown."""
        return origin_of(self.request)

    async def form(self) -> Fields:
        """What the form says that was sent; it is one of ours, for this login.

        Raises:
            FormNotOurs: it is not.
            WagateError: as `forms.fields_of`.
        """
        form = await forms.fields_of(self.request)
        if self.login is not None:
            forms.check_token(self.request, self.login, form)
        return form

    def may(self, scope: Scope) -> bool:
        """Whether the key has this scope."""
        return self.key is not None and bool({scope, Scope.EVERYTHING} & set(self.key.scopes))

    def page(
        self,
        template: str,
        /,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **told: Any,  # noqa: ANN401 - whatever the template shows
    ) -> Response[bytes]:
        """The answer that a template makes."""
        token = "" if self.login is None else forms.token_for(self.login)
        text = rendered(template, self.language, {"visit": self, "token": token, "Scope": Scope, **told})
        return self.html(text, status=status, headers=headers)

    def html(self, text: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[bytes]:
        """The answer with this page, compressed for who takes that."""
        content, more = (
            text.encode(),
            {**SAFE, **NOT_KEPT, "Vary": "Accept-Encoding, Accept-Language, Cookie", **(headers or {})},
        )
        if len(content) > _WORTH_COMPRESSING and takes_gzip(self.request):
            content, more["Content-Encoding"] = gzip.compress(content, _LEVEL), "gzip"
        return Response(content, status_code=status, media_type="text/html; charset=utf-8", headers=more)

    def go_to(self, address: str, headers: Mapping[str, str] | None = None) -> Response[bytes]:
        """The answer that leads to another page of ours."""
        more = {**SAFE, **NOT_KEPT, **(headers or {})}
        if self.by_htmx:
            return Response(b"", status_code=200, headers={**more, "HX-Redirect": address})
        return Response(b"", status_code=_SEE_OTHER, headers={**more, "Location": address})


def takes_gzip(request: HttpRequest) -> bool:
    """Whether who asks can read what is compressed."""
    return "gzip" in (header(request, "Accept-Encoding") or "")
