import Foundation
import Support
import Testing

/// `Tools/train/train --check` trains a small model on the speech of `Fixtures`.
@Suite(.enabled(if: BuiltCommand.python(importing: "numpy, scipy") != nil, "needs python3-numpy and python3-scipy"))
struct TrainingTests {
    private struct Trained: Decodable, Equatable {
        var digest: String
        /// Area under the curve of keys found over what is taken for one, on a speaker that was held out.
        var area: Double
    }

    private func train() throws -> Trained {
        let process = Process()
        let python: URL = try #require(BuiltCommand.python(importing: "numpy, scipy"))
        process.executableURL = python
        process.arguments = [
            BuiltCommand.packageFolder.appendingPathComponent("Tools/train/train").path, "--check",
            "--probe", BuiltCommand.built("FeatureProbe").path,
        ]
        process.environment = ProcessInfo.processInfo.environment
            .merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try JSONDecoder().decode(Trained.self, from: text)
    }

    @Test func `Training gives the same weights again, and they tell keys from speech`() throws {
        let first = try train()
        #expect(first.area > 0.98)
        #expect(try train() == first)
    }
}
