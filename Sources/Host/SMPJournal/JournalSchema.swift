/// Tables, views and triggers of `journal.sqlite`. The views are stable for other people's tools (design.md, section 5).
enum JournalSchema {
  /// Raised with every change another program could notice.
  static let version: Int64 = 1
  /// `smpd` in ASCII, in the database header: tells a journal from any other SQLite file.
  static let applicationID: Int64 = 0x736D_7064

  /// Created in this order.
  static let statements: [String] = [
    """
    CREATE TABLE meta (
      key TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE entries (
      number INTEGER NOT NULL PRIMARY KEY,
      session TEXT,
      course TEXT,
      kind TEXT NOT NULL,
      monotonic_ns INTEGER NOT NULL,
      wall_ms INTEGER NOT NULL,
      boot_id TEXT NOT NULL,
      clock TEXT NOT NULL,
      actor_uid INTEGER,
      simulated INTEGER NOT NULL,
      body TEXT NOT NULL,
      hash BLOB NOT NULL
    ) STRICT
    """,
    // One index for all that belongs to a session, and small ones for what is looked up at every start.
    "CREATE INDEX entries_of_session ON entries (session, kind) WHERE session IS NOT NULL",
    "CREATE INDEX entries_in_skin ON entries (course) WHERE kind IN ('dot', 'unbidden_contact')",
    "CREATE INDEX entries_of_course ON entries (course, kind) WHERE kind IN ('session_opened', 'session_closed')",
    "CREATE INDEX entries_of_faults ON entries (kind) WHERE kind IN ('fault', 'locked_out', 'unlocked')",
    """
    CREATE TABLE confidential (
      commitment BLOB NOT NULL PRIMARY KEY,
      salt BLOB NOT NULL,
      text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE plans (
      course TEXT NOT NULL,
      version INTEGER NOT NULL,
      sha256 BLOB NOT NULL,
      text BLOB NOT NULL,
      PRIMARY KEY (course, version)
    ) STRICT
    """,
    // A belt against slips of hand; the proof is the chain.
    """
    CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END
    """,
    """
    CREATE TRIGGER entries_are_not_removed BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END
    """,
    sessions, dots, denials, events,
  ]

  /// Made at the first opening, in an older journal too: an index changes nothing that another program could notice.
  static let laterIndexes: [String] = [
    "CREATE INDEX entries_of_devices ON entries (kind, number) WHERE kind = 'device_attached'",
    "CREATE INDEX entries_of_starts ON entries (kind, number) WHERE kind = 'daemon_started'",
    "CREATE INDEX entries_of_papers ON entries (course, number) WHERE \(papers)",
    "CREATE INDEX entries_unbidden ON entries (kind, number) WHERE kind = 'unbidden_contact'",
    "CREATE INDEX entries_of_lots ON entries (kind, number) WHERE kind IN ('lot_registered', 'lot_withdrawn')",
    """
    CREATE INDEX entries_presumed ON entries (kind, number)
    WHERE kind = 'dot' AND json_extract(body, '$.outcome') = 'presumed'
    """,
  ]

  /// What the state of a course follows from; a query with these very words goes by the index.
  static let papers = """
    kind IN ('plan_imported', 'plan_amended', 'plan_agreed', 'plan_signed', 'course_assessed', 'course_abandoned',
      'uncertain', 'resolved')
    """

  private static let wallTime = "strftime('%Y-%m-%dT%H:%M:%fZ', e.wall_ms / 1000.0, 'unixepoch')"

  /// A zone by its name in the opening entry of its session, or by its number where that is not there.
  private static let zoneName =
    "coalesce(json_extract(o.body, '$.zones[' || json_extract(e.body, '$.zone') || ']'), json_extract(e.body, '$.zone'))"

  private static let opening = "LEFT JOIN entries o ON o.session = e.session AND o.kind = 'session_opened'"

  private static let sessions = """
    CREATE VIEW sessions AS SELECT
      e.session AS session_id, e.course AS course,
      json_extract(e.body, '$.number') AS number,
      json_extract(e.body, '$.serial') AS device,
      json_extract(e.body, '$.operator') AS operator_commitment,
      json_extract(e.body, '$.pigment_lot') AS pigment_lot,
      json_extract(e.body, '$.cartridge') AS cartridge,
      json_extract(e.body, '$.skin') AS skin,
      json_extract(e.body, '$.plan') AS plan_sha256,
      \(wallTime) AS opened_wall_time,
      (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', c.wall_ms / 1000.0, 'unixepoch') FROM entries c
        WHERE c.session = e.session AND c.kind = 'session_closed' ORDER BY c.number LIMIT 1) AS closed_wall_time,
      (SELECT json_extract(c.body, '$.outcome') FROM entries c
        WHERE c.session = e.session AND c.kind = 'session_closed' ORDER BY c.number LIMIT 1) AS outcome,
      json_extract(e.body, '$.dots_planned') AS dots_planned,
      (SELECT count(*) FROM entries d WHERE d.session = e.session AND d.kind = 'dot') AS dots_made,
      (SELECT count(*) FROM entries d WHERE d.session = e.session AND d.kind = 'dot'
        AND json_extract(d.body, '$.outcome') = 'presumed') AS dots_presumed,
      (SELECT count(*) FROM entries d WHERE d.session = e.session AND d.kind = 'denial') AS denials,
      (SELECT count(*) FROM entries d WHERE d.session = e.session AND d.kind = 'fault') AS faults,
      e.simulated AS simulated,
      (SELECT min(a.number) FROM entries a WHERE a.session = e.session) AS first_entry,
      (SELECT max(a.number) FROM entries a WHERE a.session = e.session) AS last_entry
    FROM entries e WHERE e.kind = 'session_opened' AND e.session IS NOT NULL
    """

  private static let dots = """
    CREATE VIEW dots AS SELECT
      e.session AS session_id, e.course AS course,
      json_extract(o.body, '$.serial') AS device,
      \(zoneName) AS zone,
      json_extract(e.body, '$.grant') AS "grant",
      json_extract(e.body, '$.x_micrometres') AS x_micrometres,
      json_extract(e.body, '$.y_micrometres') AS y_micrometres,
      json_extract(e.body, '$.depth_commanded_micrometres') AS depth_commanded_micrometres,
      json_extract(e.body, '$.depth_reported_micrometres') AS depth_reported_micrometres,
      json_extract(e.body, '$.speed_commanded_millihertz') AS speed_commanded_millihertz,
      coalesce(json_extract(e.body, '$.speed_reported_millihertz'), json_extract(e.body, '$.speed_commanded_millihertz'))
        AS speed_millihertz,
      json_extract(e.body, '$.dwell_milliseconds') AS dwell_milliseconds,
      json_extract(e.body, '$.strokes') AS strokes,
      json_extract(e.body, '$.outcome') AS outcome,
      \(wallTime) AS wall_time, e.simulated AS simulated, e.number AS entry
    FROM entries e \(opening) WHERE e.kind = 'dot'
    """

  private static let denials = """
    CREATE VIEW denials AS SELECT
      e.session AS session_id, e.course AS course,
      json_extract(o.body, '$.serial') AS device,
      \(zoneName) AS zone,
      json_extract(e.body, '$.request') AS request,
      json_extract(e.body, '$.x_micrometres') AS x_micrometres,
      json_extract(e.body, '$.y_micrometres') AS y_micrometres,
      json_extract(e.body, '$.reason') AS reason,
      json_extract(e.body, '$.key') AS limit_key,
      json_extract(e.body, '$.requested') AS requested,
      json_extract(e.body, '$.limit') AS allowed,
      json_extract(e.body, '$.unit') AS unit,
      json_extract(e.body, '$.source') AS limit_source,
      \(wallTime) AS wall_time, e.simulated AS simulated, e.number AS entry
    FROM entries e \(opening) WHERE e.kind = 'denial'
    """

  private static let events = """
    CREATE VIEW events AS SELECT
      e.number AS entry, e.session AS session_id, e.course AS course, \(wallTime) AS wall_time, e.kind AS kind,
      e.actor_uid AS actor_uid, e.simulated AS simulated, e.body AS body
    FROM entries e WHERE e.kind NOT IN ('grant', 'grant_ended', 'dot', 'denial')
    """
}
