import DTMF
import Foundation
@_spi(GatewayDoor) import PaymentSession
import Testing

@Suite struct `Sensitive digits` {
    private func digits(_ text: String) -> SensitiveDigits {
        var digits = SensitiveDigits()
        for character in text { #expect(digits.append(Key(character)!) == .held) }
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

    @Test func `what is taken or erased is not there any more`() {
        var held = digits("4242")
        let taken = held.take()
        #expect(held.count == 0 && taken.count == 4)
        #expect(held.withDigits { $0.count } == 0)
        held = digits("12")
        held.erase()
        #expect(held.withDigits { $0.count } == 0)
    }

    @Test func `no more than the capacity is held`() {
        var held = SensitiveDigits()
        for _ in 0..<SensitiveDigits.capacity { #expect(held.append(.four) == .held) }
        #expect(held.append(.four) == .full)
        #expect(held.count == SensitiveDigits.capacity)
    }

    /// `VmFlags` in `/proc/self/smaps`: lo locked, dd not dumped, dc not copied on fork.
    @Test func `the digits' memory is locked, left out of dumps and not inherited`() throws {
        let held = digits("4242")
        // Inside the door: a value that is not used any more is gone, and its page with it.
        let smaps = try held.withDigits { _ in try readAll("/proc/self/smaps") }
        let flags = smaps.split(separator: "\n").filter { $0.hasPrefix("VmFlags:") }.map { $0.split(separator: " ") }
        let locked = flags.filter { $0.contains("lo") }
        #expect(!locked.isEmpty)
        #expect(locked.allSatisfy { $0.contains("dd") && $0.contains("dc") })
    }

    /// The kernel's files have no size to go by.
    private func readAll(_ path: String) throws -> String {
        let file = try #require(FileHandle(forReadingAtPath: path))
        var bytes = Data()
        while let block = try file.read(upToCount: 4096), !block.isEmpty { bytes += block }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `only the gateway's request has the key to the door`() throws {
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
