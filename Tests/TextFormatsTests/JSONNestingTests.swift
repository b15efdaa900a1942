import Foundation
import Support
import Testing
import TextFormats

struct JSONNestingTests {
    @Test(arguments: [0, 1, 64, 65, 512, 513, 514, 5000])
    func `Depth is checked in whole and in cut texts`(depth: Int) {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = String(repeating: open, count: depth)
            #expect(JSONNesting.isShallow(text.utf8) == (depth <= 64))
            #expect(JSONNesting.isShallow((text + "1" + String(repeating: close, count: depth)).utf8) == (depth <= 64))
        }
        let brackets = String(repeating: "[", count: depth)
        #expect(JSONNesting.isShallow("{\"a\":\"\(brackets)\\\"\(brackets)\"}".utf8))
        let flat = "[" + Array(repeating: "[{}]", count: depth).joined(separator: ",") + "]"
        #expect(JSONNesting.isShallow(flat.utf8))
    }

    @Test func `No shallow text traps the decoder`() {
        let seed = SeededGenerator.seedOfRun()
        var generator = SeededGenerator(seed: seed)
        let pieces = ["[", "[[[[[[[[[[[[[[[[", "{\"a\":", "]", "}", "\"", "\\", "1", ",", "null", " "]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }
            .joined()
            guard JSONNesting.isShallow(text.utf8) else { continue }
            _ = try? JSONDecoder().decode([String: [Int]].self, from: Data(text.utf8))
        }
    }
}
