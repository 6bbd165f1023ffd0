/// The example plan, first half: the head of the document and its zones.
///
/// A made-up client. Outlines drawn by hand; densities, spacing and depths inside field.md's usual figures.
enum PlanExampleHead {
  /// Ends where the sessions begin.
  static let text = """
    # Treatment plan, schema 1. Check it with:  smpctl plan check FILE
    #
    # Chart: the scalp laid flat, in millimetres. x grows to the client's left, y towards the back of the head;
    # [0, 0] is the middle of the new hairline, where it was marked with the client sitting upright.
    schema: 1
    title: Norwood 4, closely shaved look
    client: C-2041            # our reference; the name stays in the paper file
    norwood: IV
    fitzpatrick: II
    style: closely shaved, soft broken hairline, temples slightly rounded
    natural-density: 84 /cm2  # counted at the back of the head, three fields, mean
    pigment:
      brand: Example Pigments
      shade: Ash 2            # one step lighter than the shaved sides
      dilution: 1:8
    chart-unit: mm

    # Measured with the flexible grid and redrawn; neighbours share their border.
    zones:
      # A narrow, broken band. Single needle only: this is what everybody looks at.
      - name: hairline
        needle: 1RL 0.25
        outline:
          [[-72, 24], [-63.5, 14.5], [-51, 7], [-36.5, 2.5], [-18, 0.5], [0, 0], [17.5, 0.5],
           [35.5, 3], [50.5, 7.5], [62.5, 15], [71.5, 24.5], [65.5, 31.5], [55, 22.5], [43.5, 17],
           [29.5, 13], [14, 11.5], [0, 11], [-15, 11.5], [-30, 12.5], [-44.5, 16.5], [-56, 23],
           [-66, 31.5]]
      # Rounded off, never square; the corner would date the whole thing.
      - name: temple-left
        needle: 1RL 0.25
        outline:
          [[71.5, 24.5], [80.5, 33], [88, 46], [91.5, 60], [89, 74.5], [78, 77], [72.5, 62.5],
           [68.5, 46.5], [65.5, 31.5]]
      - name: temple-right
        needle: 1RL 0.25
        outline:
          [[-72, 24], [-66, 31.5], [-69, 46], [-73, 62], [-78.5, 76.5], [-89.5, 73.5],
           [-92, 59.5], [-88.5, 45], [-81, 33.5]]
      # Thin but not bare. Work between the remaining hairs.
      - name: frontal
        needle: 3RL 0.25
        outline:
          [[65.5, 31.5], [68.5, 46.5], [72.5, 62.5], [78, 77], [56, 80.5], [30.5, 83], [2, 84],
           [-28.5, 82.5], [-55, 81], [-78.5, 76.5], [-73, 62], [-69, 46], [-66, 31.5], [-56, 23],
           [-44.5, 16.5], [-30, 12.5], [-15, 11.5], [0, 11], [14, 11.5], [29.5, 13], [43.5, 17],
           [55, 22.5]]
      - name: mid-scalp
        needle: 3RL 0.25
        outline:
          [[78, 77], [81.5, 95.5], [83, 116], [82, 136], [80, 151.5], [53, 155.5], [25.5, 157],
           [0, 157.5], [-26.5, 156.5], [-54, 155], [-80.5, 151], [-82.5, 135], [-83.5, 115],
           [-82, 96], [-78.5, 76.5], [-55, 81], [-28.5, 82.5], [2, 84], [30.5, 83], [56, 80.5]]
      # Bare disc about 9 cm across; the whorl turns clockwise seen from above.
      - name: vertex
        needle: 3RL 0.25
        outline:
          [[80, 151.5], [80.5, 171], [76, 193.5], [65.5, 213.5], [48, 227.5], [25, 235],
           [0, 236.5], [-25.5, 234.5], [-48.5, 227], [-66.5, 212.5], [-76.5, 193], [-81, 170.5],
           [-80.5, 151], [-54, 155], [-26.5, 156.5], [0, 157.5], [25.5, 157], [53, 155.5]]
      # Blend into the fringe: no visible border to the untreated side.
      - name: parietal-left
        needle: 3RL 0.25
        outline:
          [[89, 74.5], [99.5, 84.5], [107, 103], [110.5, 125], [110, 148.5], [105.5, 171.5],
           [97, 190], [86.5, 201], [76, 193.5], [80.5, 171], [80, 151.5], [82, 136], [83, 116],
           [81.5, 95.5], [78, 77]]
      - name: parietal-right
        needle: 3RL 0.25
        outline:
          [[-89.5, 73.5], [-78.5, 76.5], [-82, 96], [-83.5, 115], [-82.5, 135], [-80.5, 151],
           [-81, 170.5], [-76.5, 193], [-87, 200.5], [-97.5, 189], [-106, 171], [-110, 148],
           [-111, 124], [-107.5, 102.5], [-100, 84]]
      # Good hair, only evened out so that the crown does not look darker than the back.
      - name: occipital
        needle: 3RL 0.25
        outline:
          [[76, 193.5], [86.5, 201], [87, 222], [82, 246], [71.5, 268], [52, 284.5], [26, 293],
           [0, 295.5], [-26.5, 293], [-53, 284], [-72, 267], [-82.5, 245.5], [-88, 221],
           [-87, 200.5], [-76.5, 193], [-66.5, 212.5], [-48.5, 227], [-25.5, 234.5], [0, 236.5],
           [25, 235], [48, 227.5], [65.5, 213.5]]

    # Where a device with a frame of its own is told how the head lies in it, before each session: marked with the client
    # sitting, around everything that is worked.
    landmarks:
      - name: nasion
        place: [0, -70]
      - name: ear-left
        place: [165, 110]
      - name: ear-right
        place: [-165, 110]
      - name: inion
        place: [0, 320]
    """
}
