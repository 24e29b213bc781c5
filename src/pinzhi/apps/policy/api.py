"""Policies by API: documents, targets, duties, readings, how plans are carried down, appraisals, yearly plans, reports.

The same actions as the pages, each part in a module of its own. What is still under review is for agencies; enterprises
and bodies see what is in force.
"""

from __future__ import annotations

from ninja import Router

from pinzhi.apps.policy.api_appraisals import router as appraisals
from pinzhi.apps.policy.api_cascade import router as cascade
from pinzhi.apps.policy.api_documents import router as documents
from pinzhi.apps.policy.api_duties import router as duties
from pinzhi.apps.policy.api_incentives import router as incentives
from pinzhi.apps.policy.api_readings import router as readings
from pinzhi.apps.policy.api_reports import router as reports
from pinzhi.apps.policy.api_year_plans import router as year_plans

router = Router()
for part in (documents, cascade, readings, duties, reports, appraisals, incentives, year_plans):
    router.add_router("", part)
