from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinzhi.kernel.web import views

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", views.set_language, name="language"),
]
