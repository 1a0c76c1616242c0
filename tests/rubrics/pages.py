"""Reading a page as a person does, and counting what it asks of the database."""

import re
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext


def words(response):
    """Return what a page says, without its markup."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def main(response):
    return re.search(r"<main.*</main>", response.content.decode(), flags=re.S)[0]


def actions(response):
    return re.findall(r'<form action="([^"]+)"', main(response))


def queries_of(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return response, len(captured)
