"""Composition root: settings, URLs, home. It imports the apps; nobody imports it.

SQLite before 3.51.3 can corrupt a database when a WAL is reset, and Debian 12 ships 3.40.1, so
the bundled build of pysqlite3 takes its place before Django loads the driver.
"""

import sys

import pysqlite3
import pysqlite3.dbapi2

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
