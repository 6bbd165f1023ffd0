extension LimitsFile {
  /// What is installed as `/etc/smpd/limits.yaml`: field.md's table "defaults to ship as editable data".
  package static let defaultText = """
    # Site limits of smpd, schema 1.
    #
    # The strictest of four wins at every dot: the ceilings built into the software, what the device can do, this
    # file, and the signed plan. This file can tighten the built-in ceilings, never move them.
    #   hard  nobody can confirm it away
    #   soft  asks for a confirmation by name, with a reason, which is recorded
    # Without this file, or with a mistake in it, no device is armed. Every row below must be there.
    #
    # The figures are usual ones, to be confirmed by a practitioner of this site before they are relied on.
    schema: 1

    depth:                      # commanded needle depth; usual: 0.5 mm
      lower-hard: 0 mm
      lower-soft: 0.3 mm
      upper-soft: 1.0 mm
      upper-hard: 1.5 mm        # built-in ceiling: 2 mm

    speed:                      # needle strokes per second; usual: 100 Hz
      lower-hard: 50 Hz
      lower-soft: 80 Hz
      upper-soft: 150 Hz
      upper-hard: 150 Hz

    spacing:                    # centre to centre, to every dot of the client; usual: 1.2, 0.9, 0.7 mm by session
      lower-hard: 0.5 mm
      lower-soft: 0.6 mm

    density:                    # cumulative over all sessions; usual: 25, 55, 80 /cm2 by session
      upper-soft: 100 /cm2      # holds for a zone on average and for every disc of 1 cm2 in it;
      upper-hard: 120 /cm2      # a row `local-density` with the same two keys gives discs their own

    dots-per-session:           # usual: 14000
      upper-soft: 18000
      upper-hard: 25000

    session-length:             # since arming; usual: 3 h
      upper-soft: 5 h
      upper-hard: 6 h

    interval:                   # between two sessions of a course; usual: 14 days
      lower-hard: 7 days
      lower-soft: 10 days
      upper-soft: 30 days

    aftercare:                  # no washing, drying or shaving, and no session; usual: 5 days
      lower-hard: 5 days

    # Not limited here unless you add them, each with upper-soft and upper-hard:
    #   local-density (in /cm2), dots-per-zone, dwell (in ms)
    #
    # What the registration of a handpiece may leave over at a landmark is 1 mm, unless you add the row
    # `registration-residual` with upper-hard (in mm; built-in ceiling: 2 mm).
    """ + "\n"
}
