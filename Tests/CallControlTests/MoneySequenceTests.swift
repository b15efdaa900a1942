import Foundation
import Glibc
import Ledger
import LedgerSQLite
import Support
import Testing

/// Random sequences of payments, reconciliations, refunds and voids, with names that are used again, two ledgers, kills
/// and a faulty gateway: at the end the gateway's books and the ledgers agree, and no money was taken twice or given
/// back unordered.
@Suite struct MoneySequenceTests {
    /// Sequences; `TONEWALL_MONEY_SEQUENCES` makes it more or fewer.
    private static let count =
        ProcessInfo.processInfo.environment["TONEWALL_MONEY_SEQUENCES"].flatMap { Int($0) } ?? 300

    @Test func `The gateway and the ledgers agree after random events`() async throws {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed): TONEWALL_SEED=\(seed) chooses the same sequences again")
        let memory = "/dev/shm/tonewall-money-\(ProcessInfo.processInfo.processIdentifier)"
        let folder = TemporaryFolder()
        let isInMemory = unsafe mkdir(memory, 0o700) == 0
        defer { if isInMemory { try? FileManager.default.removeItem(atPath: memory) } }
        let place = isInMemory ? memory : folder.path
        _ = try Ledger(place + "/template", by: Origin(who: "test", place: "test"))
        var (paid, refused) = (0, 0)
        for number in 0..<Self.count {
            var world = try MoneyWorld(seed: seed &+ UInt64(number), folder: place, template: place + "/template")
            try await world.run()
            world.remove()
            #expect(world.flaws.isEmpty, "sequence \(number) of seed \(seed): \(world.flaws) after \(world.history)")
            if !world.flaws.isEmpty { return }
            paid += world.gateway.payments.count
            refused += world.history.count { $0.hasSuffix("refused") }
        }
        print("\(Self.count) sequences, \(paid) payments taken, \(refused) names refused")
        #expect(paid > Self.count && refused > Self.count / 10)
    }
}
