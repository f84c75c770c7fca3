"""What Gridbell is measured against: the same talk in other frameworks, each a program of its own.

They get what they need by the environment: PORT, TELEGRAM_API_URL, TELEGRAM_BOT_TOKEN, TELEGRAM_WEBHOOK_SECRET, FOLDER
(theirs to write in), REDIS_URL where they use it. Each listens on 127.0.0.1 at /telegram.
"""
