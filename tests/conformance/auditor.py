"""Values for what an auditor's program calls: deliveries that are there, days, and words of the search that are well formed."""

AUDIT = "/api/v1/audit"
# Whether they hold is not what a positive case is about (tests/it/audit).
CONDITIONS = ("if-none-match", "if-range", "range")
# Of the search, each with a value that fits; a description can hold none of them.
FITTING = {
    "organisation": ["0208573-0", "0937204-8"], "service": ["rakennusvalvonta", "verotus"], "first": ["2026-01-01", "2026-11-01"],
    "last": ["2026-12-31", "2027-06-30"], "externalId": ["A-1", "päätös/7"], "message": [1, 2**53 - 1],
}


class Audit:
    def __init__(self, plan, rng):
        self.plan, self.rng = plan, rng

    def fill(self, case):
        """Puts what exists where the operation needs it."""
        for name in [name for name in case.headers or {} if name.lower() in CONDITIONS]:
            del case.headers[name]
        path = case.operation.path.removeprefix(AUDIT)
        if path.startswith("/deliveries/{id}"):
            case.path_parameters["id"] = self.rng.choice(self.plan["messages"])
        if case.query:
            case.query.pop("cursor", None)
            for name in FITTING.keys() & case.query.keys():
                case.query[name] = self.rng.choice(FITTING[name])
        if path.startswith("/exports/{id}"):
            # One is kept, the other given up.
            case.path_parameters["id"] = self.plan["exports"][1 if case.method == "DELETE" else 0]
        if path == "/exports" and case.method == "POST":
            case.body = {
                "organisation": "0208573-0", "first": self.rng.choice(FITTING["first"]),
                "last": self.plan["today"], "reason": "Tarkastus 7/2026",
            }
        if path == "/deliveries/{id}/requests":
            case.body = {"reason": "Tarkastus 7/2026"}
