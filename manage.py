#!/usr/bin/env python
"""Django's command line for PredictionDex."""

import os
import sys


def main() -> None:
    # There is one settings module; what a shell still has of another project does not count.
    os.environ["DJANGO_SETTINGS_MODULE"] = "predictiondex.settings"
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.DEBUG  # noqa: B018 - reads all settings
    except ImproperlyConfigured as error:
        sys.exit(f"PredictionDex does not start: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
