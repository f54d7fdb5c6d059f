"""All settings, read strictly from the environment (prefix-free names, see docs/SETTINGS.md).

A value that cannot be parsed stops the start with the name of the variable. Defaults are safe
for a machine of one's own: DEBUG off, SQLite, no broker, a secret key that is generated once
and kept in ``var/``. Production (``DJANGO_ENV=production``) refuses to start without a key.
"""

import contextlib
import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from predictiondex.environment import BadSetting, Environment
from predictiondex.observability import logs

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(BASE_DIR / ".env")

DJANGO_ENV = env.choice("DJANGO_ENV", default="local", allowed=("local", "production"))
PRODUCTION = DJANGO_ENV == "production"

DEBUG = env.flag("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off when DJANGO_ENV=production.")

# Everything that the program writes lives here: database, models, datasets, caches.
VAR_DIR = Path(env.text("VAR_DIR", default=str(BASE_DIR / "var"), filled=True))
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise BadSetting("VAR_DIR", str(VAR_DIR), f"a folder to write to ({error.strerror})") from None
#: A key of Django's has 50 characters.
MIN_KEY_LENGTH = 32


def local_secret_key(path: Path) -> str:
    """The key kept in ``path``; generated on first use, readable by the owner only.

    It is written elsewhere and then linked: whoever starts at the same time finds all of it.
    """
    if not path.exists():
        descriptor, name = tempfile.mkstemp(prefix=".secret_key-", dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(get_random_secret_key())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
        Path(name).unlink()
    key = path.read_text(encoding="utf-8", errors="replace").strip()
    if len(key) < MIN_KEY_LENGTH:
        raise ImproperlyConfigured(
            f"SECRET_KEY is unset, and {path} is empty or cut short: delete that file, and a new "
            "key is made (everybody has to log in again)."
        )
    return key


SECRET_KEY = env.text("SECRET_KEY", default="")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY must be set when DJANGO_ENV=production.")
    SECRET_KEY = local_secret_key(VAR_DIR / "secret_key")

ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS",
    default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"],
    pattern=r"[^\s:/]+|\[[0-9a-fA-F:.]+\]",
    allowed="names of hosts without scheme and port, with commas between",
)
CSRF_TRUSTED_ORIGINS = env.names(
    "CSRF_TRUSTED_ORIGINS",
    default=[],
    pattern=r"https?://[^\s/]+",
    allowed="origins such as https://dex.example.org, with commas between",
)
SITE_URL = env.url("SITE_URL", default="http://127.0.0.1:8000", schemes=("http", "https"))

INSTALLED_APPS = [
    "predictiondex",
    "battles",
    "mlcore",
    "pokedex",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_prometheus",
    "django_celery_beat",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "corsheaders",
    "axes",
]

# Endpoints of the API have no cookies, and no time to lose: they pass by what is called Page... and
# by what stands between PagesOnly and PagesEnd.
MIDDLEWARE = [
    "predictiondex.middleware.ForwardedMiddleware",
    "predictiondex.observability.requests.ObserveMiddleware",
    "predictiondex.middleware.PagesOnly",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "predictiondex.middleware.PageCSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "predictiondex.middleware.PagesEnd",
    "predictiondex.metering.MeterMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "predictiondex.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "predictiondex.middleware.PagesOnly",
    "predictiondex.middleware.PageSessionMiddleware",
    "predictiondex.middleware.PageLocaleMiddleware",
    "predictiondex.middleware.BodyLimitMiddleware",
    # Under its own name, by which Django's review of a deployment looks for it.
    "django.middleware.csrf.CsrfViewMiddleware",
    "predictiondex.middleware.PageAuthenticationMiddleware",
    "predictiondex.middleware.PageMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "predictiondex.middleware.PageHtmxMiddleware",
    "predictiondex.middleware.PageThemeMiddleware",
    "predictiondex.metering.AdmissionMiddleware",
    # It turns a locked login into a page.
    "axes.middleware.AxesMiddleware",
    "predictiondex.middleware.PagePrometheusAfterMiddleware",
    "predictiondex.middleware.PagesEnd",
]

ROOT_URLCONF = "predictiondex.urls"
WSGI_APPLICATION = "predictiondex.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database: SQLite in WAL mode by default, PostgreSQL by URL.
_PROMETHEUS_DATABASES = {
    "django.db.backends.sqlite3": "django_prometheus.db.backends.sqlite3",
    "django.db.backends.postgresql": "django_prometheus.db.backends.postgresql",
}


def database_config(config: dict) -> dict:
    """Connection settings, instrumented; SQLite is tuned for concurrent readers."""
    engine = config["ENGINE"]
    config["ENGINE"] = _PROMETHEUS_DATABASES[engine]
    if engine.endswith("sqlite3"):
        # Said outright, since test runners know Django's own engine only by its name.
        config["TEST"] = {"NAME": ":memory:"}
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        # Seconds; a server that cannot be reached is no reason to wait for minutes.
        config["OPTIONS"] = {"connect_timeout": 5}
    # With SQLite too: to open a file, and to clean up after the last who closes it, costs more
    # than most requests.
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = not engine.endswith("sqlite3")
    return config


DATABASES = {
    "default": database_config(
        env.database("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'predictiondex.sqlite3'}")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache: Redis when given, else the database, so that counters are right with several workers.
REDIS_URL = env.url("REDIS_URL", default="", schemes=("redis", "rediss", "unix"), empty=True)
CACHES = {
    "default": (
        {
            "BACKEND": "django_prometheus.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            # Nobody waits long for a cache.
            "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 1},
        }
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "django_cache",
        }
    ),
    # What may differ from process to process.
    "process": {
        "BACKEND": "django_prometheus.cache.backends.locmem.LocMemCache",
        # A Pokémon's page keeps four, the rankings one for each row, play and language.
        "OPTIONS": {"MAX_ENTRIES": 4000},
    },
    # Answers of the API to reads of facts, up to 80 kB each: battles/api/core/response_cache.py.
    "reads": {
        "BACKEND": "django_prometheus.cache.backends.locmem.LocMemCache",
        "LOCATION": "reads",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# A login is guessed at from an address: so many wrong passwords close it for a while.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = env.number("LOGIN_FAILURE_LIMIT", default=10, least=1)
AXES_COOLOFF_TIME = timedelta(
    minutes=env.number("LOGIN_LOCK_MINUTES", default=15, least=1, most=10**6)
)
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_CLIENT_IP_CALLABLE = "predictiondex.login.client_address"
AXES_LOCKOUT_CALLABLE = "predictiondex.login.locked_out"
# Else somebody who goes on trying would never get in again.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
# Outside production files are served from where they lie: no collectstatic step to forget.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600 if PRODUCTION else 0

# Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Nothing that is uploaded or posted is larger; the API has a limit of its own.
MAX_BODY_BYTES = 2 * 1024 * 1024
# Sensors and the like: no page uses them, no script may.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
}
# Who may read /metrics: everybody on a machine of one's own; in production whoever shows the
# token, as "Authorization: Bearer ...", or nobody.
METRICS_TOKEN = env.text("METRICS_TOKEN", default="")
# Each bucket is a line a page, a method and a worker, and all are added up at each look.
PROMETHEUS_LATENCY_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, float("inf"))
# Paths that tell whether this process is well: never metered, and each has a thread of its own.
PROBES = ("/healthz", "/readyz")
METRICS_EXPOSED = env.flag("METRICS_EXPOSED", default=not PRODUCTION or bool(METRICS_TOKEN))
API_DOCS_EXPOSED = env.flag("API_DOCS_EXPOSED", default=True)
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Pictures of Pokémon are loaded by the visitor's browser from here, or not at all when empty.
# {id} is the form's PokeAPI number.
_POKEAPI_SPRITES = "https://raw.githubusercontent.com/PokeAPI/sprites/master/sprites/pokemon/"
SPRITE_URL_TEMPLATE = env.url(
    "SPRITE_URL_TEMPLATE",
    default=f"{_POKEAPI_SPRITES}other/home/{{id}}.png",
    schemes=("http", "https"),
    empty=True,
)
# Smaller files for small places; the same as the others when empty.
SPRITE_SMALL_URL_TEMPLATE = env.url(
    "SPRITE_SMALL_URL_TEMPLATE",
    default=f"{_POKEAPI_SPRITES}{{id}}.png"
    if SPRITE_URL_TEMPLATE.startswith(_POKEAPI_SPRITES)
    else "",
    schemes=("http", "https"),
    empty=True,
)
for _name in ("SPRITE_URL_TEMPLATE", "SPRITE_SMALL_URL_TEMPLATE"):
    if re.search(r"[{}]", globals()[_name].replace("{id}", "")):
        raise BadSetting(_name, globals()[_name], "an address with {id} in it, and no other braces")
_SPRITE_HOSTS = (
    sorted(
        {
            "/".join(template.split("/")[:3])
            for template in (SPRITE_URL_TEMPLATE, SPRITE_SMALL_URL_TEMPLATE)
            if template
        }
    )
    if SPRITE_URL_TEMPLATE
    else []
)
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": [],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_SPRITE_HOSTS],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Facts that are imported as CSV in the admin; the largest of our own files has 132 kB.
FACTS_UPLOAD_MAX_BYTES = 512 * 1024

# What a caller may use up in a minute, in units of 50 ms of CPU (battles/common/allowance.py), with
# pages and API together; 0 sets no limit. Whoever is signed in has as much as an API key.
API_ANONYMOUS_RATE = env.number("API_ANONYMOUS_RATE", default=300)
API_KEY_RATE = env.number("API_KEY_RATE", default=3000)
# What a worker does at once, and of that at the engine; how many requests wait for their turn.
WEB_THREADS = env.number("WEB_THREADS", default=4, least=1, most=1024)
WEB_QUEUE = env.number("WEB_QUEUE", default=12, most=1024)
ENGINE_JOBS = env.number("ENGINE_JOBS", default=2, least=1, most=1024)

# REST API
API_MAX_BODY_BYTES = 1024 * 1024
# Where proxies in front call from: what they say in X-Forwarded-* counts, what others say does not.
API_TRUSTED_PROXIES = env.networks("API_TRUSTED_PROXIES")
# Pages of other sites may read, without cookies, and nothing else.
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ("GET", "HEAD", "OPTIONS")
CORS_ALLOW_HEADERS = ("accept", "accept-language", "authorization", "if-none-match")
CORS_EXPOSE_HEADERS = (
    "ETag",
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
)
API_DESCRIPTION = """\
Who wins a Pokémon Let's Go duel, and which move to use: the model's predictions, simulated battles,
and the game's facts.

**Names.** Refer to Pokémon, moves and types by id, slug, or English or French name.

**Errors** are problem documents (RFC 9457). `type` and the `code` of each error are for programs
and keep their meaning; `reason` is for people, and its wording may change.

**Keys.** Everything works without a key, with lower limits. Send a key as
`Authorization: Bearer pdx_...`. Keys have scopes: `read` for facts, model, rankings and battles;
`predict` for anything that uses the model; `simulate` for simulations and for playing battles.
A request costs one unit for each 50 ms of CPU that its answer takes, and at least one; pages count,
too. `X-RateLimit-*` show what is left of the minute, and `Retry-After` says when to try again.

**Caching.** Reads carry an `ETag`; send it back as `If-None-Match`, and an unchanged answer is an
empty 304. It still counts as a request. Pages of other sites can read (CORS) but not post.

**Changes.** The version is in the path. Operations, optional parameters, keys of answers, names of
problems and codes of errors can be added at any time: ignore what you do not know. Nothing is
removed or changes its meaning without notice: it is first marked `deprecated` here and in the
changelog, is answered with the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), and works
for at least six more months. A breaking change gets a new version; the old one stays for at least
twelve months.
"""
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["battles.api.core.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "battles.api.core.problems.handle_exception",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PredictionDex API",
    "DESCRIPTION": API_DESCRIPTION,
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "PokemonKind": "pokedex.choices.PokemonKind",
        "DamageKind": "battles.api.damage.serializers.DAMAGE_KINDS",
        "Policy": "battles.api.simulate.serializers.POLICIES",
    },
    "POSTPROCESSING_HOOKS": [
        "battles.api.core.docs.name_parts",
        "drf_spectacular.hooks.postprocess_schema_enums",
        "battles.api.core.docs.close_requests",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Every operation takes a key or none.
    "SECURITY": [{}, {"ApiKey": []}],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "ApiKey": {
                "type": "http",
                "scheme": "bearer",
                "description": "`Authorization: Bearer pdx_...`; lower limits apply without a key.",
            }
        }
    },
}

# Machine learning
MODELS_DIR = VAR_DIR / "models"
DATASETS_DIR = VAR_DIR / "datasets"
MLFLOW_TRACKING_URI = env.text(
    "MLFLOW_TRACKING_URI", default=f"sqlite:///{VAR_DIR / 'mlflow.sqlite3'}", filled=True
)
MLFLOW_ARTIFACTS_DIR = VAR_DIR / "mlartifacts"
ENGINE_THREADS = env.number("ENGINE_THREADS", default=os.cpu_count() or 1, least=1, most=1024)

# Tasks
# A run is dead when its process has not been heard of for this many seconds.
TASK_DEAD_SECONDS = env.number("TASK_DEAD_SECONDS", default=60, least=1)
# What a retraining makes, and what it waits for: facts that nobody has changed for a while, and
# some time since a retraining for the same reason.
_PROFILES = ("quick", "full")
RETRAIN_PROFILE = env.choice("RETRAIN_PROFILE", default="quick", allowed=_PROFILES)
BATTLE_RETRAIN_PROFILE = env.choice("BATTLE_RETRAIN_PROFILE", default="quick", allowed=_PROFILES)
# Of a search for hyperparameters, in seconds; a trial that has begun is finished.
TUNING_SECONDS = env.number("TUNING_SECONDS", default=1800, least=0)
# Whether a retrained model of duels goes live in steps, and how often these are judged.
RETRAIN_ROLLOUT = env.flag("RETRAIN_ROLLOUT", default=False)
ROLLOUT_JUDGE_SECONDS = env.number("ROLLOUT_JUDGE_SECONDS", default=600, least=1)
RETRAIN_QUIET_SECONDS = env.number("RETRAIN_QUIET_SECONDS", default=600)
RETRAIN_COOLDOWN_SECONDS = env.number("RETRAIN_COOLDOWN_SECONDS", default=6 * 3600)
BATTLE_RETRAIN_COOLDOWN_SECONDS = env.number("BATTLE_RETRAIN_COOLDOWN_SECONDS", default=24 * 3600)
# How long the log of predictions and the reports on it are kept.
LOG_RETENTION_DAYS = env.number("LOG_RETENTION_DAYS", default=90, least=1, most=36_500)

# Celery
CELERY_BROKER_URL = env.url("CELERY_BROKER_URL", default=REDIS_URL, empty=True)
CELERY_RESULT_BACKEND = CELERY_BROKER_URL or None
CELERY_RESULT_EXPIRES = 3600
CELERY_TASK_IGNORE_RESULT = True  # what a run came to is in its TaskRun row
CELERY_TASK_ALWAYS_EAGER = not CELERY_BROKER_URL
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = True
# A child of a worker that is killed gives its task back at once.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Duels of a data set have a queue of their own, so that helping machines can take nothing else.
# A worker that is not told its queues takes from both.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("chunks")]
CELERY_TASK_ROUTES = {"mlcore.tasks.play_chunk": {"queue": "chunks"}}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
# Whoever orders a task does not wait long for a broker: the order is in the database.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # A killed worker's task comes back after this many seconds, not after the default hour.
        "visibility_timeout": env.number("TASK_VISIBILITY_SECONDS", default=900, least=1),
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    }

# Logs
LOG_FORMAT = env.choice(
    "LOG_FORMAT", default="json" if PRODUCTION else "text", allowed=("json", "text")
)
LOG_LEVEL = env.choice(
    "LOG_LEVEL", default="INFO", allowed=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
LOGGING = logs.config(LOG_FORMAT, LOG_LEVEL)
