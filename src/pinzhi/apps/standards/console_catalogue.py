"""Pages of the catalogue of standards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def index(request: HttpRequest) -> HttpResponse:
    """The first page of standards."""
    return render(request, "standards/index.html")
