/// The example plan, second half: three sessions.
enum PlanExampleSessions {
  /// Continues `PlanExampleHead.text`.
  static let text = """
    # Density is cumulative: what the zone has reached after this session. The spacing falls from visit to visit,
    # because later dots fill the gaps. Numbers of dots follow from density and area, less a little.
    sessions:
      # First pass, about three hours with breaks. Rather too light than too dark.
      - session: 1
        zone-order: free
        zones:
          - zone: hairline
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 1.3 mm
            density: 22 /cm2
            dots: 350
          - zone: temple-left
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 1.25 mm
            density: 22 /cm2
            dots: 170
          - zone: temple-right
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 1.25 mm
            density: 22 /cm2
            dots: 170
          - zone: frontal
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 1.2 mm
            density: 28 /cm2
            dots: 2530
          - zone: mid-scalp
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 1.2 mm
            density: 28 /cm2
            dots: 3330
          - zone: vertex
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 1.2 mm
            density: 29 /cm2
            dots: 3150
          - zone: parietal-left
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 1.2 mm
            density: 26 /cm2
            dots: 760
          - zone: parietal-right
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 1.2 mm
            density: 26 /cm2
            dots: 760
          - zone: occipital
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 1.2 mm
            density: 26 /cm2
            dots: 2580
      # Ten to fourteen days later, when everything has shed. Look at the hairline first.
      - session: 2
        zone-order: free
        zones:
          - zone: hairline
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 1 mm
            density: 45 /cm2
            dots: 370
          - zone: temple-left
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 0.95 mm
            density: 48 /cm2
            dots: 210
          - zone: temple-right
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 0.95 mm
            density: 48 /cm2
            dots: 200
          - zone: frontal
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.9 mm
            density: 57 /cm2
            dots: 2630
          - zone: mid-scalp
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.9 mm
            density: 57 /cm2
            dots: 3460
          - zone: vertex
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.9 mm
            density: 58 /cm2
            dots: 3150
          - zone: parietal-left
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.9 mm
            density: 54 /cm2
            dots: 820
          - zone: parietal-right
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.9 mm
            density: 54 /cm2
            dots: 820
          - zone: occipital
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.9 mm
            density: 54 /cm2
            dots: 2790
      # Last pass: only up to what the hair at the back carries. The cap of 100 /cm2 in any square centimetre
      # keeps this session inside the site's soft limit where dots happen to crowd.
      - session: 3
        zone-order: free
        zones:
          - zone: hairline
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 0.8 mm
            density: 66 /cm2
            dots: 340
          - zone: temple-left
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 0.75 mm
            density: 70 /cm2
            dots: 170
          - zone: temple-right
            depth: 0.4 mm
            depth-range: 0.3 mm to 0.5 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 70 ms
            spacing: 0.75 mm
            density: 70 /cm2
            dots: 180
          - zone: frontal
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.7 mm
            density: 82 /cm2
            local-density: 100 /cm2
            dots: 2260
          - zone: mid-scalp
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.7 mm
            density: 82 /cm2
            local-density: 100 /cm2
            dots: 2980
          - zone: vertex
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.7 mm
            density: 83 /cm2
            local-density: 100 /cm2
            dots: 2710
          - zone: parietal-left
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.7 mm
            density: 78 /cm2
            local-density: 100 /cm2
            dots: 710
          - zone: parietal-right
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.7 mm
            density: 78 /cm2
            local-density: 100 /cm2
            dots: 700
          - zone: occipital
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 110 Hz
            speed-range: 90 Hz to 120 Hz
            dwell: 80 ms
            spacing: 0.7 mm
            density: 76 /cm2
            local-density: 100 /cm2
            dots: 2190
    """
}
