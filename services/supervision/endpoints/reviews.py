"""The supervisor's review."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.supervision import views
from services.supervision.schemas import Key, ReviewBody
from services.supervision.service import reviews
from services.supervision.service.reading import review_view

router = APIRouter(prefix="/cases/{case_id}/review", tags=["review"], route_class=ServiceRoute)


@router.get("")
async def read_review(case_id: Key, unit: Unit, caller: Caller, response: Response) -> views.ReviewView:
    """The review; version 0 where nothing was saved yet."""
    review = await reviews.read(unit, caller, case_id)
    response.headers["ETag"] = etag(review.version)
    return review_view(review)


@router.put("")
async def save_review(case_id: Key, body: ReviewBody, unit: Unit, caller: Caller, version: Version, response: Response) -> views.ReviewView:
    """Save the draft; ``If-Match: "0"`` for the first."""
    review = await reviews.save(unit, caller, case_id, version, body)
    response.headers["ETag"] = etag(review.version)
    return review_view(review)


@router.post("/submit")
async def submit_review(case_id: Key, unit: Unit, caller: Caller, version: Version, response: Response) -> views.ReviewView:
    """Submit the saved draft."""
    review = await reviews.submit(unit, caller, case_id, version)
    response.headers["ETag"] = etag(review.version)
    return review_view(review)
