import Foundation
import Testing

/// The codes for programs: the source compared with the table of the page.
@Suite struct FailureCodeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Codes that the Swift files below Sources give their failures, as often as they stand there.
    private static func stated() throws -> [String] {
        var codes: [String] = []
        let sources = root.appending(path: "Sources")
        for case let file as URL in FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)! {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            codes += text.matches(of: /code: (?:String = )?"([a-z-]+\.[a-z-]+)"/).map { String($0.1) }
        }
        return codes
    }

    /// The codes of the page's table, in its order.
    private static func listed() throws -> [String] {
        let page = root.appending(path: "Sources/Failures/Failures.docc/Failures.md")
        return try String(contentsOf: page, encoding: .utf8).matches(of: /\n\| `([^`]+)` \|/).map { String($0.1) }
    }

    @Test func `The page's table has exactly the codes in the source`() throws {
        let (stated, listed) = (Set(try Self.stated()), try Self.listed())
        #expect(stated.count > 40)
        #expect(stated.subtracting(listed).sorted() == [], "not on the page")
        #expect(Set(listed).subtracting(stated).sorted() == [], "not in the source")
        #expect(listed == listed.sorted() && listed.count == Set(listed).count)
    }
}
