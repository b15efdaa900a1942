import DTMF
import Foundation
@_spi(GatewayDoor) import PaymentSession
import Testing

@Suite struct `Sensitive digits` {
    private let store = CountingStore()

    private func digits(_ text: String) -> SensitiveDigits {
        var digits = SensitiveDigits()
        for character in text { #expect(digits.append(Key(character)!, in: store) == .held) }
        return digits
    }

    @Test func `the door gives ASCII, first digit first`() {
        let held = digits("0123456789")
        let seen = held.withDigits { span in (0..<span.count).map { span[$0] } }
        #expect(seen == Array("0123456789".utf8))
        #expect(held.count == 10)
    }

    @Test func `no digits are an empty span`() {
        let held = SensitiveDigits()
        #expect(held.withDigits { $0.count } == 0)
        #expect(held.count == 0)
    }

    @Test func `taken or erased digits are gone`() {
        var held = digits("4242")
        let taken = held.take()
        #expect(held.count == 0 && taken.count == 4)
        #expect(held.withDigits { $0.count } == 0)
        held = digits("12")
        held.erase()
        #expect(held.withDigits { $0.count } == 0)
    }

    @Test func `a value holds at most its capacity`() {
        var held = SensitiveDigits()
        for _ in 0..<SensitiveDigits.capacity { #expect(held.append(.four, in: store) == .held) }
        #expect(held.append(.four, in: store) == .full)
        #expect(held.count == SensitiveDigits.capacity)
    }

    @Test func `without memory a digit is not held`() {
        var held = SensitiveDigits()
        #expect(held.append(.four, in: CountingStore(most: 0)) == .memoryNotLocked)
        #expect(held.isEmpty && held.withDigits { $0.count } == 0)
    }

    @Test func `no digit is in plain memory without a reader, and none is left after`() throws {
        let text = Array("4242424242424242".utf8)
        do {
            let held = digits("4242424242424242")
            held.withDigits { _ in #expect(store.holds(text)) }
            #expect(!store.holds(text), "masked")
            #expect(store.live == 1)
        }
        #expect(store.live == 0)
    }

    @Test func `only the gateway's request can read digits`() throws {
        var files: [String] = []
        for folder in ["Sources", "Tests"] {
            let root = repository.appendingPathComponent(folder)
            let paths = FileManager.default.enumerator(atPath: root.path)
            while let path = paths?.nextObject() as? String {
                guard path.hasSuffix(".swift") else { continue }
                let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
                if text.contains(/(?m)^@_spi\(\s*GatewayDoor\s*\)\s*(public |package |internal |private )?import/) {
                    files.append("\(folder)/\(path)")
                }
            }
        }
        let outside = files.filter { !$0.hasPrefix("Tests/") && !$0.hasPrefix("Sources/GatewayHTTP/") }
        #expect(outside.isEmpty)
        #expect(files.count { $0.hasPrefix("Sources/GatewayHTTP/") } == 1, "one file of the gateway opens it: \(files)")
    }
}
