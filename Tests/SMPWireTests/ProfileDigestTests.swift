import SMPModel
import SMPWire
import Testing

@Suite struct ProfileDigestTests {
  @Test("S5 the digest of the golden profile set is the published one")
  func golden() {
    #expect(ProfileDigest.of(generation: 7, profiles: Golden.profiles) == Golden.digest)
  }

  @Test("S5 the order in which profiles are given does not matter")
  func order() {
    #expect(ProfileDigest.of(generation: 7, profiles: Golden.profiles.reversed()) == Golden.digest)
  }

  @Test("S5 the same profiles under another generation have another digest")
  func generation() {
    let other = ProfileDigest.of(generation: 8, profiles: Golden.profiles)
    #expect(other.generation == 8)
    #expect(other.checksum != Golden.digest.checksum)
  }

  @Test("S5 a change of any one field changes the digest")
  func everyField() {
    let base = Golden.profiles[0]
    func changed(
      zone: UInt8 = 0, depth: Int64 = 0, depthMaximum: Int64 = 0, speed: Int64 = 0, speedMaximum: Int64 = 0,
      dwell: Int64 = 0
    ) -> ProfileDigest {
      ProfileDigest.of(
        generation: 7,
        profiles: [
          ZoneProfile(
            zone: ZoneIndex(number: base.zone.number + zone), depth: base.depth + .micrometres(depth),
            depthMaximum: base.depthMaximum + .micrometres(depthMaximum), speed: base.speed + .millihertz(speed),
            speedMaximum: base.speedMaximum + .millihertz(speedMaximum),
            dwellMaximum: base.dwellMaximum + .milliseconds(dwell)),
          Golden.profiles[1],
        ])
    }
    let changes = [
      changed(zone: 1), changed(depth: 1), changed(depthMaximum: 1), changed(speed: 1), changed(speedMaximum: 1),
      changed(dwell: 1),
    ]
    #expect(changed() == Golden.digest)
    for change in changes { #expect(change != Golden.digest) }
  }
}
