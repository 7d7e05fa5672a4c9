"""Webhooks: typed payloads, and adapters that let Twilio's requests through to a web framework and no others."""
