"""The HTTP surface of supervision: thin, every decision is the service's."""

from services.supervision.endpoints.calibration import router as calibration
from services.supervision.endpoints.case_desk import router as case_desk
from services.supervision.endpoints.cases import router as cases
from services.supervision.endpoints.citizens import router as citizens
from services.supervision.endpoints.corrections import every as all_corrections
from services.supervision.endpoints.corrections import router as corrections
from services.supervision.endpoints.desk import router as desk
from services.supervision.endpoints.duties import router as duties
from services.supervision.endpoints.evaluation import router as evaluation
from services.supervision.endpoints.feedback import router as feedback
from services.supervision.endpoints.meetings import router as meetings
from services.supervision.endpoints.monitoring import router as monitoring
from services.supervision.endpoints.objections import router as objections
from services.supervision.endpoints.preview import router as preview
from services.supervision.endpoints.progress import router as progress
from services.supervision.endpoints.results import router as results
from services.supervision.endpoints.reviews import router as reviews
from services.supervision.endpoints.self_assessments import router as self_assessments
from services.supervision.endpoints.settling import router as settling
from services.supervision.endpoints.sign_off import router as sign_off

ROUTERS = (
    cases,
    case_desk,
    monitoring,
    reviews,
    self_assessments,
    evaluation,
    calibration,
    results,
    objections,
    corrections,
    all_corrections,
    duties,
    preview,
    meetings,
    sign_off,
    feedback,
    desk,
    citizens,
    settling,
    progress,
)
