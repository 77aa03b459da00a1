"""A provider that keeps a log of what each apply deployed, for the team's audit."""

from datetime import datetime, timezone
from pathlib import Path

from feast.infra.passthrough_provider import PassthroughProvider


class AuditedProvider(PassthroughProvider):
    def update_infra(self, project, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial):
        super().update_infra(project, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial)
        kept = ", ".join(sorted(view.name for view in tables_to_keep)) or "nothing"
        gone = "".join(f"; removed {view.name}" for view in tables_to_delete)
        self._note(f"{project}: deployed {kept}{gone}")

    def teardown_infra(self, project, tables, entities):
        super().teardown_infra(project, tables, entities)
        self._note(f"{project}: torn down")

    def _note(self, text):
        print(f"audit: {text}")
        log = Path(self.repo_config.repo_path) / "data" / "audit.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("a") as file:
            file.write(f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S} {text}\n")
