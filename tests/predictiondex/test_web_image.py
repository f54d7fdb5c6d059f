"""The web image lacks what only training needs; its processes start and queue tasks without."""

import os
import subprocess
import sys

OFFLINE = ("mlflow", "pandas", "pandera", "sklearn", "pyarrow", "matplotlib", "tqdm")
START = f"""
import sys
sys.modules.update(dict.fromkeys({OFFLINE}))  # None: importing it fails
import django
django.setup()
import predictiondex.urls
from mlcore.jobs import task_runs
print(task_runs.celery_task("retrain").name)
"""


def test_a_web_process_needs_no_package_of_the_offline_side(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "predictiondex.settings",
        "VAR_DIR": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, "-c", START], env=environment, capture_output=True, text=True, timeout=300
    )
    assert ended.stdout.strip() == "mlcore.tasks.retrain", ended.stderr
