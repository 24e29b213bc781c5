from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from pinzhi.kernel.web import pickers, views

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", views.set_language, name="language"),
    path("pick/<slug:kind>/", pickers.pick, name="pick"),
]
if settings.DEMO or settings.DEBUG:
    from pinzhi.kernel.web import style

    urlpatterns += [
        path("style/", style.style, name="style"),
        path("style/portal/", style.style, {"door": "portal"}, name="style_portal"),
        path("style/list/", style.sample_list, name="style_list"),
        path("style/form/", style.sample_form, name="style_form"),
    ]
