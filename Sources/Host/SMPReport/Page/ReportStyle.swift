/// The one style sheet. Colours are Okabe and Ito's, which stay apart for every kind of colour vision; every colour has
/// a shape, a pattern or a word beside it. On paper it is always light.
enum ReportStyle {
  /// - Parameter foot: stands at the foot of every printed page; left out where it is not one plain word.
  static func text(foot: String) -> String {
    colours + page + tables + drawings + band + print + running(foot)
  }

  /// A name between quotes of a style sheet must not be able to end them.
  private static func running(_ foot: String) -> String {
    let isPlain = foot.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    let name = isPlain && foot.utf8.count <= 64 ? foot : ""
    return """
      @page { size: A4; margin: 15mm 14mm 17mm;
        @bottom-left { content: "\(name)"; font: 8pt system-ui, sans-serif; color: #555 }
        @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt system-ui, sans-serif;
          color: #555 } }

      """
  }

  private static let light = """
    --ground: #ffffff; --card: #f4f6f8; --text: #16202a; --soft: #55616d; --line: #d5dbe1; --blue: #0072b2; \
    --sky: #56b4e9; --orange: #e69f00; --red: #d55e00; --green: #009e73; --purple: #b0538b; --plain: #b9c3cc
    """
  private static let dark = """
    --ground: #12171c; --card: #1b232b; --text: #e8edf2; --soft: #a3b0bc; --line: #35414c; --blue: #56b4e9; \
    --sky: #2f7fb3; --orange: #e69f00; --red: #ff8552; --green: #2fc79b; --purple: #dc8fbb; --plain: #4d5a66
    """

  private static let colours = """
    :root { \(light); color-scheme: light }
    @media screen and (prefers-color-scheme: dark) { :root { \(dark); color-scheme: dark } }

    """

  private static let page = """
    * { box-sizing: border-box }
    body { margin: 0; background: var(--ground); color: var(--text);
      font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
    main { max-width: 62rem; margin: 0 auto; padding: 1.6rem 1.6rem 3rem }
    bdi { overflow-wrap: anywhere }
    h1 { font-size: 2rem; line-height: 1.2; margin: .1rem 0 .3rem; letter-spacing: -.01em }
    h2 { font-size: 1.15rem; margin: 2rem 0 .7rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line) }
    h3 { font-size: .95rem; margin: 0 0 .3rem }
    .kind { margin: 0; color: var(--blue); font-weight: 700; letter-spacing: .05em; text-transform: uppercase;
      font-size: .8rem }
    .lead { margin: 0 0 1.2rem; color: var(--soft) }
    .note, .foot { color: var(--soft); font-size: .85rem; margin: .5rem 0 }
    .foot { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: .7rem }
    .warning { border-left: .4rem solid var(--orange); background: var(--card); padding: .6rem 1rem }
    .cards { display: grid; grid-template-columns: repeat(5, 1fr); gap: .7rem }
    .card { background: var(--card); border-radius: .6rem; padding: .8rem .9rem }
    .card b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums }
    .card span { color: var(--soft); font-size: .82rem; line-height: 1.3; display: block }
    .facts { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem }
    .fact h2 { font-size: .95rem; margin: 1.4rem 0 .5rem }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; font-size: .9rem }
    dt { color: var(--soft) }
    dd { margin: 0; min-width: 0 }
    @media screen and (max-width: 44rem) { .cards { grid-template-columns: 1fr 1fr }
      .facts, .charts { grid-template-columns: 1fr !important } table { display: block; overflow-x: auto } }

    """

  private static let tables = """
    table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums }
    th, td { padding: .35rem .55rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line) }
    thead th { color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--line); vertical-align: bottom }
    tbody th { font-weight: 600; min-width: 8.5em }
    .n { text-align: end; white-space: nowrap }
    thead .n { white-space: normal }
    .total th, .total td { border-bottom: 0; border-top: 2px solid var(--line); font-weight: 700 }
    .bar { width: 20%; min-width: 8rem; white-space: nowrap }
    .bar > * { display: inline-block; vertical-align: middle }
    .bar .reached { width: calc(100% - 3.4rem); height: 1.1rem }
    .percent { width: 3.3rem; text-align: end; font-size: .82rem }
    .time { white-space: nowrap }
    .trouble td { font-weight: 600 }
    .trouble td:first-child { box-shadow: inset .25rem 0 0 var(--red) }

    """

  private static let drawings = """
    figure { margin: 0 }
    svg { display: block; width: 100%; height: auto; overflow: visible }
    svg text { font-family: inherit; fill: var(--text) }
    .map > svg { max-height: 60rem }
    .outline path { fill: var(--card); stroke: var(--soft); stroke-linejoin: round }
    .now path { fill: none; stroke: var(--blue); stroke-linecap: round }
    .earlier path { fill: none; stroke: var(--orange); stroke-linecap: square }
    .age0 { opacity: .6 } .age1 { opacity: .42 } .age2 { opacity: .3 }
    .presumed path { fill: none; stroke: var(--red); stroke-linecap: round }
    .unbidden path { fill: none; stroke: var(--purple); stroke-linecap: round }
    .label text { text-anchor: middle; font-weight: 700; paint-order: stroke; stroke: var(--ground);
      stroke-linejoin: round }
    .label .side { font-weight: 400; fill: var(--soft) }
    .scale path { fill: none; stroke: var(--text) }
    figcaption { display: flex; flex-wrap: wrap; gap: .3rem 1.3rem; margin-top: .6rem; font-size: .85rem }
    .key { display: inline-flex; align-items: center; gap: .4rem }
    .mark { width: 1rem; height: 1rem; flex: none; display: inline-block }
    .charts { display: grid; grid-template-columns: 1fr 1fr; gap: 1.6rem 1.8rem }
    .charts > .note { align-self: center }
    .chart svg text, .timeline svg text { font-size: 15px; fill: var(--soft) }
    .bars, .bars path, .added { fill: var(--blue) }
    .step, .step path { fill: none; stroke: var(--orange); stroke-width: 2.5 }
    .hard { fill: none; stroke: var(--red); stroke-width: 2.5 }
    .soft { fill: none; stroke: var(--red); stroke-width: 1.5; stroke-dasharray: 5 4 }
    .chart svg .limit { fill: var(--text); font-size: 14px }
    .chart svg .tick { font-size: 15px }
    .axis { fill: none; stroke: var(--soft); stroke-width: 1 }
    .ground { fill: var(--line) } .before { fill: var(--sky); opacity: .55 }
    .target { fill: none; stroke: var(--text); stroke-width: 12 }
    .denied, .denied path { fill: var(--orange) }
    .rest { fill: url(#hatch); stroke: var(--soft); stroke-width: 1 }
    .hatching { stroke: var(--soft); stroke-width: 2; fill: none; opacity: .6 }
    .restkey path { fill: none; stroke: var(--soft); stroke-dasharray: 3 2; stroke-width: 2 }
    .stop, .stop path { fill: var(--text) }
    .fault, .fault path { fill: var(--red); stroke: var(--ground); stroke-width: 1 }
    .uncertain, .uncertain path { fill: var(--purple); stroke: var(--ground); stroke-width: 1 }

    """

  /// Across every screen and every sheet, and thin enough to read what is below it.
  private static let band = """
    .band { position: fixed; inset: 0; z-index: 9; pointer-events: none; overflow: hidden }
    .band span { position: absolute; left: 50%; top: 50%; transform: translate(-50%, -50%) rotate(-32deg);
      width: 200vmax; text-align: center; font-size: min(13vw, 9rem); line-height: 1.3; font-weight: 800; letter-spacing: .3em; text-transform: uppercase; color: var(--red); opacity: .14;
      border-block: .08em solid var(--red) }
    .simulated { margin: 0; padding: .45rem 1.6rem; text-align: center; background: var(--red); color: var(--ground) }

    """

  private static let print = """
    @media print {
      body { font-size: 9.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact }
      main { max-width: none; padding: 0 }
      h1 { font-size: 20pt }
      h2 { break-after: avoid; margin-top: 7mm }
      tr, figure, .card, .fact, .warning { break-inside: avoid }
      thead { display: table-header-group }
      .map > svg { max-height: 215mm }
      .band span { font-size: 21mm; letter-spacing: .2em }
      .simulated { padding: 2mm }
      .cards { gap: 3mm }
      .card { padding: 2.5mm 3mm }
      .card b { font-size: 12.5pt; white-space: nowrap }
    }

    """
}
