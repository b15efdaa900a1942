import Foundation
import Testing

@testable import Suppression

/// The page that describes the release says the thresholds that decide it. A hop is 1 ms.
@Suite struct ReleasePageTests {
    private static let page: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appending(path: "Sources/Suppression/Suppression.docc/HowItWorks.md")
        let text = try? String(contentsOf: page, encoding: .utf8)
        return text?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }()

    @Test(arguments: [
        "it is followed for up to \(OnsetDetector.releaseHops) ms more",
        "is followed for at most \(OnsetDetector.levelOnlyHangoverHops) ms after",
        "nor a score over −\(Int(-OnsetDetector.releaseThreshold)), of either network",
        "never had a score of \(Int(OnsetDetector.certainScore)) is followed for \(OnsetDetector.weakHangoverHops) ms.",
        "the score has spoken against it for \(OnsetDetector.weakHangoverHops) ms",
    ])
    func `The thresholds of the release are those of the page`(sentence: String) throws {
        #expect(try #require(Self.page).contains(sentence))
    }
}
