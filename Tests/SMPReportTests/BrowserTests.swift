import Foundation
import SMPModel
import StrictJSON
import Testing

@testable import SMPReport

/// The report in a browser people use. One at a time: each takes a processor for itself.
@Suite(
  "Report in Chromium", .serialized,
  .enabled(if: Browser.isThere, "apt-get install chromium"))
struct BrowserTests {
  @Test("25,000 dots on two earlier thousand: drawn in light and dark, on sheets of A4, without network or complaint")
  func whole() throws {
    let html = SessionReport.html(ReportSample.input(dots: 25_000, earlier: 2_000))
    #expect(html.count < 1_500_000)
    let browser = try Browser(html)
    let light = try browser.show(isDark: false)
    let dark = try browser.show(isDark: true)
    #expect(light.picture["ground"] == "ffffff" && dark.picture["ground"] == "12171c")
    // Dots are there: much of the page is not its ground.
    for look in [light, dark] { #expect(try #require(look.picture["colours"]?.integer) > 200) }
    // As many sheets, whatever the screen.
    for look in [light, dark] { Browser.expectPaper(look.pages, 2...12) }
  }

  @Test("S13 hostile names change nothing: no network, no complaint, no script, sheets of A4")
  func hostile() throws {
    let names = ReportPageTests.hostile
    let input = ReportSample.input(
      dots: 60, earlier: 20, names: [names[1], names[4]], person: names[3] + names[10], title: names[0] + names[5],
      lot: names[2])
    let browser = try Browser(SessionReport.html(input))
    let look = try browser.show(isDark: false)
    #expect(look.picture["ground"] == "ffffff")
    Browser.expectPaper(look.pages, 2...9)
  }

  @Test("a page that does reach out and complain is found out") func found() throws {
    let page = """
      <!DOCTYPE html><title>x</title><script>console.error("mistaken")</script>
      <img src="http://127.0.0.1:9/outside.png">
      """
    let browser = try Browser(Array(page.utf8))
    _ = try browser.show(isDark: false, isExpectedQuiet: false)
    #expect(browser.complaints.contains { $0.contains("mistaken") })
    #expect(try browser.asked() == ["http://127.0.0.1:9/outside.png"])
  }
}

/// Headless Chromium with a profile of its own, in front of one page.
final class Browser {
  /// In a CI run a missing tool is a failure and skips nothing.
  static let isCI = ProcessInfo.processInfo.environment["CI"] != nil
  static let isThere: Bool = {
    if isCI { return true }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/chromium") }
  }()

  private let folder: PageFolder
  private(set) var complaints: [String] = []

  init(_ page: [UInt8]) throws {
    folder = try PageFolder()
    try folder.write("page.html", page)
  }

  /// What a person would see on a screen, and the sheets that come out of a printer, in points.
  func show(isDark: Bool, isExpectedQuiet: Bool = true) throws -> (picture: JSONObject, pages: [JSON]) {
    let (picture, paper) = (folder.path + "/page.png", folder.path + "/page.pdf")
    try run(
      [
        "--screenshot=\(picture)", "--window-size=640,640", "--print-to-pdf=\(paper)", "--no-pdf-header-footer",
        "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)",
      ], isExpectedQuiet)
    return (
      try Tool.judge("picture", picture), try #require(try Tool.judge("pages", paper)["pages"]?.array)
    )
  }

  /// As many sheets as expected, of A4: 595 by 842 points.
  static func expectPaper(_ pages: [JSON], _ count: ClosedRange<Int>) {
    #expect(count.contains(pages.count), "\(pages.count) sheets")
    for page in pages { #expect(page == [0, 0, 595, 842]) }
  }

  /// Addresses of other machines the page asked for in the last run.
  func asked() throws -> [String] {
    let log = try Tool.judge("network", folder.path + "/net.json")
    #expect(try #require(log["events"]?.integer) > 0)
    return (log["asked"]?.array ?? []).compactMap(\.string)
  }

  private func run(_ what: [String], _ isExpectedQuiet: Bool) throws {
    let said = try Tool.run(
      [
        "timeout", "100", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
        "--disable-extensions", "--no-first-run", "--disable-dev-shm-usage", "--enable-logging=stderr", "--v=0",
        "--user-data-dir=\(folder.path)/profile", "--log-net-log=\(folder.path)/net.json",
      ] + what + ["file://\(folder.path)/page.html"])
    #expect(said.status == 0, "\(said.errors)")
    complaints = said.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init)
    guard isExpectedQuiet else { return }
    #expect(complaints == [])
    #expect(try asked() == [])
  }
}
