"""Settings, all read from the environment, so that one build serves every installation.

PINZHI_SECRET_KEY      required outside the demonstration and tests
PINZHI_HOSTS           comma-separated host names (default 127.0.0.1,localhost)
PINZHI_STATE_DIR       files, signing keys, published checkpoints, embedded database
DATABASE_URL           any PostgreSQL 15 or newer; set by the embedded launcher where it is empty
PORTAL_DATABASE_URL    the same database as a login that may only read what is public (default: same, SET ROLE)
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE_DIR = PACKAGE / "catalogue"


def env_flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "").lower() in {"1", "true", "yes", "on"}


def listed(text: str) -> list[str]:
    """What commas part, without blanks around it."""
    return [part.strip() for part in text.split(",") if part.strip()]


def database(url: str) -> dict[str, object]:
    """Django's settings from a postgresql:// address; a socket directory may stand in ?host=."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "pinzhi",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**query},
    }


DEBUG = env_flag("PINZHI_DEBUG")
DEMO = env_flag("PINZHI_DEMO")
STATE_DIR = Path(os.environ.get("PINZHI_STATE_DIR") or Path.cwd() / "var").resolve()
PINZHI_FILES_DIR = STATE_DIR / "files"
PINZHI_KEYS_DIR = Path(os.environ.get("PINZHI_KEYS_DIR") or STATE_DIR / "keys")
PINZHI_PUBLISHED_DIR = STATE_DIR / "published"
PINZHI_PAPER_FONTS = os.environ.get("PINZHI_PAPER_FONTS", "")
PINZHI_ORIGIN = os.environ.get("PINZHI_ORIGIN", "pinzhi.example")
PINZHI_WITNESSES = os.environ.get("PINZHI_WITNESSES", "").split()
PORTAL_ROLE = os.environ.get("PINZHI_PORTAL_ROLE", "pinzhi_portal")

INSECURE_KEY = "not-a-secret-for-tests-and-the-demonstration-only-0123456789abcdef"
SECRET_KEY = os.environ.get("PINZHI_SECRET_KEY") or INSECURE_KEY
ALLOWED_HOSTS = listed(os.environ.get("PINZHI_HOSTS", "127.0.0.1,localhost,[::1]"))
CSRF_TRUSTED_ORIGINS = listed(os.environ.get("PINZHI_TRUSTED_ORIGINS", ""))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "pinzhi.kernel.access",  # before allauth: its templates stand in front of allauth's own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "pinzhi.kernel.audit",
    "pinzhi.kernel.search",
    "pinzhi.kernel.places",
    "pinzhi.kernel.calendar",
    "pinzhi.kernel.files",
    "pinzhi.kernel.transfer",
    "pinzhi.kernel.jobs",
    "pinzhi.kernel.registers",
    "pinzhi.kernel.web",
    "pinzhi.apps.parties",
    "pinzhi.apps.standards",
    "pinzhi.apps.inspection",
    "pinzhi.apps.policy",
    "pinzhi.doors.portal",
    "pinzhi.doors.console",
    "pinzhi.doors.api",
]

MIDDLEWARE = [
    "pinzhi.kernel.audit.middleware.RequestIdMiddleware",
    "pinzhi.doors.api.middleware.ApiMiddleware",
    "pinzhi.kernel.access.gate.NoNulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pinzhi.kernel.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pinzhi.kernel.access.gate.AccountGate",
    "pinzhi.kernel.web.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "pinzhi.config.urls"
WSGI_APPLICATION = "pinzhi.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pinzhi.doors.console.navigation.frame",
            ],
        },
    }
]

DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql:///pinzhi")
DATABASES = {
    "default": database(DATABASE_URL),
    "portal": database(os.environ.get("PORTAL_DATABASE_URL") or DATABASE_URL),
}
DATABASES["default"]["OPTIONS"] |= {"pool": {"min_size": 0, "max_size": 8, "timeout": 20}}  # type: ignore[operator]
if not os.environ.get("PORTAL_DATABASE_URL"):
    DATABASES["portal"]["OPTIONS"] |= {"options": f"-c role={PORTAL_ROLE}"}  # type: ignore[operator]
DATABASES["portal"]["OPTIONS"] |= {"pool": {"min_size": 0, "max_size": 8, "timeout": 20}}  # type: ignore[operator]
DATABASES["portal"]["TEST"] = {"NAME": "test_" + str(DATABASES["default"]["NAME"])}
DATABASE_ROUTERS = ["pinzhi.kernel.registers.router.PublicSideRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "pinzhi.kernel.access.passwords.LongEnoughValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Accounts are opened by administrators, who enter with a user name; nobody signs up.
ACCOUNT_ADAPTER = "pinzhi.kernel.access.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "pinzhi.kernel.access.forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reauthenticate": "10/m/user",
}
# How many proxies in front of us write X-Forwarded-For; limits per address count the client, not the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PINZHI_PROXIES") or env_flag("PINZHI_BEHIND_PROXY"))
MFA_ADAPTER = "pinzhi.kernel.access.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = os.environ.get("PINZHI_NAME", "Pinzhi")
# Approvers and administrators need a second factor; only the demonstration lets them in without, and says so.
REQUIRE_TOTP = not DEMO

# A login service of the organisation (OpenID Connect). It opens accounts that an administrator linked.
#   PINZHI_OIDC_URL       issuer, such as https://login.example/realms/bureau
#   PINZHI_OIDC_CLIENT    client id, PINZHI_OIDC_SECRET its secret, PINZHI_OIDC_NAME what the button says
OIDC_URL = os.environ.get("PINZHI_OIDC_URL", "")
SOCIALACCOUNT_ADAPTER = "pinzhi.kernel.access.adapters.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": os.environ.get("PINZHI_OIDC_NAME", "统一身份认证"),
                "client_id": os.environ.get("PINZHI_OIDC_CLIENT", ""),
                "secret": os.environ.get("PINZHI_OIDC_SECRET", ""),
                "settings": {"server_url": OIDC_URL},
            }
        ]
        if OIDC_URL
        else [],
    }
}

# Shared by all workers (table of migration access 0003): login limits and used codes must hold for each.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "pinzhi_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Notices leave the house only where this says so; the inbox in the console is always there.
#   PINZHI_MAIL  none (default), console, smtp (with PINZHI_SMTP_HOST, _PORT, _USER, _PASSWORD, _TLS, PINZHI_MAIL_FROM)
#   PINZHI_SMS   dotted path of a class with send(phone, text)
PINZHI_MAIL = os.environ.get("PINZHI_MAIL", "none")
PINZHI_SMS = os.environ.get("PINZHI_SMS", "")
EMAIL_HOST = os.environ.get("PINZHI_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("PINZHI_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("PINZHI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PINZHI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env_flag("PINZHI_SMTP_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("PINZHI_MAIL_FROM", "pinzhi@localhost")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "pinzhi_lang"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 86400

CSP_NONE, CSP_SELF = "'none'", "'self'"
OIDC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_URL)) if OIDC_URL else ""
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [CSP_SELF],
        "img-src": [CSP_SELF, "data:"],
        "object-src": [CSP_NONE],
        "base-uri": [CSP_SELF],
        "form-action": [CSP_SELF, *([OIDC_ORIGIN] if OIDC_ORIGIN else [])],
        "frame-ancestors": [CSP_NONE],
    }
}

SESSION_COOKIE_NAME = "pinzhi_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = int(os.environ.get("PINZHI_SESSION_IDLE_MINUTES", "30")) * 60
SESSION_LONGEST_SECONDS = SESSION_COOKIE_AGE
CSRF_COOKIE_NAME = "pinzhi_csrf"
CSRF_FAILURE_VIEW = "pinzhi.kernel.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Behind TLS everywhere but on the machine's own loopback address.
HTTPS = env_flag("PINZHI_HTTPS", default=not (DEMO or DEBUG or SECRET_KEY == INSECURE_KEY))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_flag("PINZHI_BEHIND_PROXY") else None

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
LOGOUT_REDIRECT_URL = "/"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("PINZHI_LOG_LEVEL", "WARNING")},
}
