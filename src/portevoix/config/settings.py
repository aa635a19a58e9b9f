"""Django's settings, derived from the options of `options.py`."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from portevoix.config import keys, options

PACKAGE = Path(__file__).resolve().parent.parent

DATA = options.folder("PORTEVOIX_DATA")
ADDRESS = options.text("PORTEVOIX_ADDRESS")
PORT = options.number("PORTEVOIX_PORT", most=65_535)
PUBLIC_URL = options.web_address("PORTEVOIX_PUBLIC_URL")
ENGINE = options.choice("PORTEVOIX_ENGINE", ("duckdb", "sqlite", "postgres", "spark"))
SPARK_MASTER = options.text("PORTEVOIX_SPARK_MASTER")
WORKERS = options.number("PORTEVOIX_WORKERS", least=1, most=1000)
UPLOAD_LIMIT = options.number("PORTEVOIX_UPLOAD_LIMIT", least=1) * 1024**2
ALLOW_PRIVATE_ADDRESSES = options.flag("PORTEVOIX_ALLOW_PRIVATE_ADDRESSES")
DEBUG = options.flag("PORTEVOIX_DEBUG")
# A data folder made by `portevoix demo` says so itself: whoever serves it, every page tells.
IS_DEMONSTRATION = (DATA / "DEMONSTRATION").exists()

SECRET_KEY = options.text("PORTEVOIX_SECRET_KEY") or keys.signing_key(DATA)
_given_keys = options.text("PORTEVOIX_ENCRYPTION_KEYS").replace(",", " ").split()
ENCRYPTION_KEYS = (
    options.checked_keys(_given_keys, "PORTEVOIX_ENCRYPTION_KEYS")
    if _given_keys
    else options.checked_keys(keys.encryption_keys(DATA), str(DATA / keys.ENCRYPTION_KEYS))
)

_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", options.host(ADDRESS)] + (
    [options.host(_public.hostname)] if _public.hostname else []
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
IS_HTTPS = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# The bell's queue: a file of its own, since the database is the truth and the queue may be lost whole.
QUEUE_FILE = DATA / "queue.sqlite3"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "portevoix.web",  # before allauth: its templates stand in for the library's own
    "allauth",
    "allauth.account",
    "django_htmx",
    "rules",
    "portevoix.core",
    "portevoix.people",
    "portevoix.programme",
    "portevoix.networks",
    "portevoix.ledger",
    "portevoix.measures",
]
MIDDLEWARE = [
    "portevoix.web.middleware.ContentSecurity",  # first, so that it sees every answer, files and refusals too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portevoix.web.middleware.ChosenLanguage",
]
ROOT_URLCONF = "portevoix.config.urls"
WSGI_APPLICATION = "portevoix.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portevoix.web.context.shell",
            ],
        },
    },
]

_own_database = f"sqlite:///{quote(str(DATA / 'portevoix.sqlite3'))}"
DATABASES: dict[str, Any] = {"default": options.database("PORTEVOIX_DATABASE_URL", _own_database)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 60,
        # IMMEDIATE: a transaction that will write takes its lock at its start instead of failing halfway.
        "transaction_mode": "IMMEDIATE",
        # temp_store stays as it is: sorting the facts of a month takes more than memory should hold (134 bytes
        # a row were measured), so that SQLite must be free to write what it sorts to disk.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-65536"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "portevoix.web.sign_in.Adapter"
ACCOUNT_FORMS = {"login": "portevoix.web.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING_CONFIG = None
