"""The HTTP surface of supervision: thin, every decision is the service's."""

from services.supervision.endpoints.cases import router as cases
from services.supervision.endpoints.corrections import router as corrections
from services.supervision.endpoints.monitoring import router as monitoring
from services.supervision.endpoints.objections import router as objections
from services.supervision.endpoints.oversight import router as oversight
from services.supervision.endpoints.results import router as results
from services.supervision.endpoints.reviews import router as reviews

ROUTERS = (cases, monitoring, reviews, results, objections, corrections, oversight)
