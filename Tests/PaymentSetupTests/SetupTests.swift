import CallControl
import Failures
import Foundation
import Ledger
import PaymentSession
import PaymentSetup
import Support
import Synchronization
import Testing

/// What is checked and opened before a payment begins.
struct SetupTests {
    private let folder = TemporaryFolder()

    private func setup(_ amount: String? = "42.00", key: String = "sk_test_1") -> PaymentSetup {
        var request = PaymentRequest(amount: amount)
        request.session = "CALL-7"
        var gateway = GatewayChoice(address: "https://pay.example")
        gateway.keyFile = folder.write(Array(key.utf8), to: "key")
        return PaymentSetup(request, gateway: gateway, ledger: .file(folder("day.ledger")))
    }

    private func open(_ setup: PaymentSetup, reading: [String] = [], writing: [String] = []) async throws -> OpenPayment
    {
        try await setup.open(
            try setup.request.settings(.automatic), reading: reading, writing: writing, host: CallHost())
    }

    @Test func `If money moves an amount is required, and no file is created without one`() async throws {
        let failure = await #expect(throws: Failure.self) { _ = try await open(setup(nil, key: "sk_live_1")) }
        #expect(failure?.status == .usage && failure?.what == "the amount is missing")
        let contents = folder.contents
        #expect(contents == ["key"])
        try await open(setup(nil)).leave()
    }

    @Test func `An output that is an input or a file of the ledger is refused under any name`() async throws {
        try await open(setup()).leave()
        try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: folder("key"))
        try FileManager.default.createSymbolicLink(
            atPath: folder("ledger"), withDestinationPath: folder("day.ledger.key"))
        folder.write([], to: "call.wav")
        for (name, words) in [
            ("key", "is read by this command"), ("link", "is read by this command"),
            ("call.wav", "is read by this command"), ("day.ledger", "is a file of the ledger itself"),
            ("ledger", "is a file of the ledger itself"),
        ] {
            let before = folder.bytes(name)
            var receipt = setup()
            receipt.receipt = folder(name)
            let failure = await #expect(throws: Failure.self) {
                _ = try await open(receipt, reading: [folder("call.wav")])
            }
            #expect(failure?.code == "output.over-input" && failure?.what == words, "\(name)")
            let other = await #expect(throws: Failure.self) {
                _ = try await open(setup(), reading: [folder("call.wav")], writing: [folder(name)])
            }
            // The ledger of the payment that was left is closed at a time of its own, and is tidied then.
            let after = folder.bytes(name)
            let isUntouched = name == "day.ledger" ? after.starts(with: Array("SQLite format 3".utf8)) : after == before
            #expect(other == failure && isUntouched, "\(name)")
        }
    }

    @Test func `A session's name is used once with a ledger, and any number of times without one`() async throws {
        try await open(setup()).leave()
        let path = folder("day.ledger")
        let error = await #expect(throws: LedgerError.self) { _ = try await open(setup()) }
        #expect(error == .sessionExists(path: path, name: "CALL-7"))
        var free = setup()
        free.ledger = .none
        for _ in 0..<2 {
            let payment = try await open(free)
            #expect(payment.ledgerPath == nil && payment.settings.isTest)
            payment.leave()
        }
    }

    @Test func `A ledger that others may read is closed to them, and this is reported`() async throws {
        try await open(setup()).leave()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder("day.ledger"))
        let notes = Mutex<[String]>([])
        _ = try Ledger.open(folder("day.ledger"), mustExist: true) { note in notes.withLock { $0.append(note) } }
        #expect(notes.withLock { $0 }.contains { $0.contains("it is its owner's alone now") })
    }
}
