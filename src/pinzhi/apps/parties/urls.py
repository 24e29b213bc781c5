"""Mounted by the console under /console/parties/."""

from __future__ import annotations

from django.urls import include, path

from pinzhi.apps.parties import console, console_review
from pinzhi.apps.parties.actions.import_file import IMPORTS
from pinzhi.kernel.transfer.console import import_urls

urlpatterns = [
    path("", console.index, name="parties_index"),
    path("enterprises/", console.enterprises, name="parties_enterprises"),
    path("enterprises/new/", console.new, {"what": "enterprises"}, name="parties_enterprises_new"),
    path(
        "enterprises/download.<str:kind>",
        console.download,
        {"what": "enterprises"},
        name="parties_enterprises_download",
    ),
    path("enterprises/<str:uscc>/", console.enterprise, name="parties_enterprise"),
    path("enterprises/<str:uscc>/edit/", console.edit_enterprise, name="parties_enterprise_edit"),
    path("enterprises/<str:uscc>/rename/", console.rename, name="parties_enterprise_rename"),
    path("enterprises/<str:uscc>/close/", console.close, name="parties_enterprise_close"),
    path("products/", console.products, name="parties_products"),
    path("products/new/", console.new, {"what": "products"}, name="parties_products_new"),
    path(
        "products/download.<str:kind>",
        console.download,
        {"what": "products"},
        name="parties_products_download",
    ),
    path("products/<str:number>/", console.product, name="parties_product"),
    path("products/<str:number>/edit/", console.edit_product, name="parties_product_edit"),
    path("bodies/", console.bodies, name="parties_bodies"),
    path("bodies/new/", console.new, {"what": "bodies"}, name="parties_bodies_new"),
    path("bodies/download.<str:kind>", console.download, {"what": "bodies"}, name="parties_bodies_download"),
    path("bodies/<str:uscc>/", console.body, name="parties_body"),
    path("bodies/<str:uscc>/edit/", console.edit_body, name="parties_body_edit"),
    path("imports/", include(import_urls(IMPORTS))),
    path("duplicates/", console_review.duplicates, name="parties_duplicates"),
    path("duplicates/<int:proposal_id>/", console_review.duplicate, name="parties_duplicate"),
    path("claims/", console_review.claims, name="parties_claims"),
    path("claims/<slug:number>/", console_review.claim, name="parties_claim"),
    path("claims/<slug:number>/<slug:paper>/", console_review.claim_paper, name="parties_claim_paper"),
    path("users/", console_review.users, name="parties_users"),
    path(
        "users/invitations/<int:invitation_id>/withdraw/",
        console_review.invitation_withdraw,
        name="parties_invitation_withdraw",
    ),
    path("users/<str:username>/", console_review.user_change, name="parties_user_change"),
]
