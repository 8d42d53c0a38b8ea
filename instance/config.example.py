"""The options of one company. Copy this file to config.py beside it and take away the # of the lines that you need.

Variables of the environment, ELEVEN_<NAME>, win over this file. docs/reference/configuration.md explains each option.
"""

# Where things are. Empty: SQLite in this folder, and jobs beside the data.
# DATABASE_URL = "postgresql://eleven@127.0.0.1/eleven"
# JOBS_URL = "redis://127.0.0.1:6379/1"
# RATE_LIMIT_URL = "redis://127.0.0.1:6379/0"
# PLUGINS_PATHS = ["/srv/eleven/plugins"]

# How it is reached.
# BASE_URL = "https://crm.example.org"
# TRUSTED_PROXIES = 1
# SECURE_COOKIES = True

# Mail that Eleven writes. Without a server it lands in outbox/.
# MAIL_URL = "smtp://crm:password@mail.example.org:587"
# MAIL_FROM = "Eleven <crm@example.org>"

# People.
# LANGUAGE = "ru"
# TIME_ZONE = "Europe/Moscow"
# SESSION_DAYS = 30
# UPLOAD_LIMIT_MB = 25
# API_RATE = "600 per minute"

# Logs, for people or for machines.
# LOG_LEVEL = "INFO"
# LOG_FORMAT = "json"

# Made at first start in secret_key beside this file; several machines need the same one.
# SECRET_KEY = "a long random text"

# How long a plugin may take for one answer while a page is built, in seconds; 0: no limit.
# PLUGINS_SECONDS = 2.0

# For developers.
# PLUGINS_STRICT = True
# PLUGINS_IGNORED = ["visits"]
# TEMPLATES_AUTO_RELOAD = True
