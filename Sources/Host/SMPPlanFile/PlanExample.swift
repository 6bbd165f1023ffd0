/// Plans to start from; both check without a finding against the default site limits.
extension PlanDocument {
  /// A whole course: Norwood 4, three sessions of about 14,000 dots, nine zones, 516 cm².
  package static let exampleText = PlanExampleHead.text + "\n\n" + PlanExampleSessions.text + "\n"

  /// Two squares of practice skin, two sessions, 59 dots: to learn the steps, and small enough for a quick trial.
  package static let smallExampleText = """
    # Practice pad: two squares of practice skin, done in a few minutes. Nobody is treated with this plan.
    # Chart: the pad in millimetres from its middle; x to the left edge, y away from you.
    schema: 1
    title: Practice pad
    client: PRACTICE-1
    fitzpatrick: none         # practice skin
    style: even rows are not the aim; scatter the dots
    natural-density: 80 /cm2
    pigment:
      brand: Example Pigments
      shade: Practice black
      dilution: undiluted
    chart-unit: mm
    zones:
      - name: pad
        needle: 3RL 0.25
        outline: [[-35, -15], [-5, -15], [-5, 15], [-35, 15]]    # 30 mm square
      - name: edge
        needle: 1RL 0.25
        outline: [[5, -10], [25, -10], [25, 10], [5, 10]]        # 20 mm square
    # The pad's own corners: a device with a frame of its own is registered to them before it works.
    landmarks:
      - name: corner-near-right
        place: [-45, -25]
      - name: corner-near-left
        place: [45, -25]
      - name: corner-far-left
        place: [45, 25]
      - name: corner-far-right
        place: [-45, 25]
    sessions:
      - session: 1
        zone-order: strict    # the pad first, then the edge
        zones:
          - zone: pad
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 80 ms
            spacing: 1.5 mm
            density: 2.5 /cm2
            local-density: 10 /cm2   # so few dots scatter widely
            dots: 20
          - zone: edge
            depth: 0.4 mm
            speed: 100 Hz
            dwell: 60 ms
            spacing: 1.2 mm
            density: 3 /cm2
            local-density: 10 /cm2
            dots: 10
      - session: 2
        zones:
          - zone: pad
            depth: 0.5 mm
            speed: 100 Hz
            dwell: 80 ms
            spacing: 1.2 mm
            density: 4.5 /cm2
            local-density: 10 /cm2
            dots: 20
          - zone: edge
            depth: 0.4 mm
            speed: 100 Hz
            dwell: 60 ms
            spacing: 0.9 mm
            density: 5 /cm2
            local-density: 10 /cm2
            dots: 9
    """ + "\n"
}
