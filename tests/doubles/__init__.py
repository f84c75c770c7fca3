"""Stand-ins for Telegram and Twilio. They answer as those do and note every call that breaks the rules."""
