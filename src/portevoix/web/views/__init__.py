"""The views: each reads its request, asks a query or calls an action, and fills a template."""
