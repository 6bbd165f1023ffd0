/// Seeds that have found something, with what it was. They are run for ever.
enum KeptSeeds {
  static let all: [(seed: UInt64, found: String)] = [
    (1391, "a record that no device had made hid the real one of its number from the next daemon: a lost dot"),
    (1546, "a journal stall was raised at every turn: unplugged with a grant on its way to the disk"),
    (1887, "a session was closed with a grant on its way to the disk, and the daemon died before its end was written"),
    (1916, "a hand that began under a pressed pedal waited for ever: the judge's mistake"),
    (1945, "a contact beside a presumed place was taken for the presumed one: the judge's mistake"),
    (3028, "the same claim made twice passed for a record heard again, and the real one of its number was released"),
    (3125, "a place that is presumed, taken by one contact, was not free again for another: the judge's mistake"),
  ]
}
