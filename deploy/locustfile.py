"""Streams of tailorings for locust: ``locust -f deploy/locustfile.py --host http://127.0.0.1:8000 -u 32``.

Each user asks for events and sends its next request when the last has ended. A stream that ends without ``done`` is a failure.
The environment variable API_KEY is sent where it is set.
"""

import json
import os
import time

from locust import HttpUser, task

REQUEST = {
    "job_description": "Warehouse Team Lead\n- Lead a team of pickers and packers\n- Plan shifts and keep safety records\n- Forklifts",
    "resume": {
        "basics": {"name": "Mara Quist"},
        "work": [
            {
                "name": "Harbour Lane Logistics",
                "position": "Warehouse Operative",
                "startDate": "2019-03",
                "highlights": [
                    "Kept the safety log of the night shift",
                    "Trained 6 new colleagues on forklift and picking routes",
                    "Planned the shifts of 14 pickers for two years",
                    "Loaded 20 trucks a night with a reach truck",
                ],
            }
        ],
    },
}
HEADERS = {"Accept": "text/event-stream"} | ({"X-API-Key": os.environ["API_KEY"]} if "API_KEY" in os.environ else {})


class Candidate(HttpUser):
    """Somebody who tailors one resume after another."""

    @task
    def tailor(self) -> None:
        """One stream, from its request to its last event."""
        began_s = time.perf_counter()
        with self.client.post("/generate_resume", json=REQUEST, headers=HEADERS, stream=True, catch_response=True) as answer:
            events = []
            for line in answer.iter_lines():
                if line.startswith(b"event: "):
                    events.append(line[7:].decode())
                    if events[-1] == "line" and events.count("line") == 1:
                        self._note("first line", began_s)
                elif line.startswith(b"data: ") and events and events[-1] == "error":
                    answer.failure(json.loads(line[6:])["code"])
            if answer.status_code != 200:
                answer.failure(f"status {answer.status_code}")
            elif not events or events[-1] not in ("done", "error"):
                answer.failure("the stream broke off")
            self._note("whole stream", began_s)

    def _note(self, name: str, began_s: float) -> None:
        took_ms = 1000 * (time.perf_counter() - began_s)
        self.environment.events.request.fire(
            request_type="SSE", name=name, response_time=took_ms, response_length=0, exception=None, context={}
        )
