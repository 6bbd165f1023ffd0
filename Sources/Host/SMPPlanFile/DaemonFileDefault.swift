extension DaemonFile {
  /// What is installed as `/etc/smpd/smpd.yaml`. Every value in it is the default.
  package static let defaultText = """
    # Configuration of smpd, schema 1. Every line may be deleted: what stands here is what holds without it.
    # Read at the daemon's start: `systemctl restart smpd` (not during a session).
    # A mistake in it keeps the daemon from starting; `journalctl -u smpd` shows line and column.
    schema: 1

    station: station                   # this workstation's name in the journal, up to 64 bytes

    operators-group: smp               # its members may command: `adduser NAME smp`; anybody may stop

    # Who may look and not command: members of the group the control socket belongs to, here and as SocketGroup= of
    # smpd.socket. Operators must be in both. Without it: the operators' group, so that whoever may look may command.
    # observers-group: smp-observers

    # The device to use, by its serial as `smpctl device list` has it. Without it: the one that is there.
    # device: SMP-0042

    # Devices that are not 1209:0001, by vendor and product as `lsusb` has them.
    # Each needs its line in the udev rule too: 60-smpd.rules says how.
    # devices:
    #   - 1209:0002

    limits: /etc/smpd/limits.yaml      # the clinic's limits; without that file nothing arms
    presets: /etc/smpd/presets         # plan values under names, NAME.yaml each; may be absent
    state: /var/lib/smpd               # the journal; elsewhere the unit needs ReadWritePaths= for it
    socket: /run/smpd/io.smpd          # and the same with .stop; the socket units name them too

    realtime-priority: 20              # SCHED_FIFO, 1 to 49; LimitRTPRIO= of the unit must allow it

    training: no                       # yes: simulated devices only, and a `state` of their own
    """ + "\n"
}
