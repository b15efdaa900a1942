import Testing

@testable import CallControl

/// Names of calls and sessions that are on.
@Suite struct CallRegistryTests {
    @Test func `a name is claimed once, until its call is over`() throws {
        let registry = CallRegistry()
        let first = try registry.claim(call: "C1", session: "S1")
        #expect(throws: CallRegistry.NameTaken(kind: .call, name: "C1")) {
            _ = try registry.claim(call: "C1", session: "S2")
        }
        #expect(throws: CallRegistry.NameTaken(kind: .session, name: "S1")) {
            _ = try registry.claim(call: "C2", session: "S1")
        }
        #expect(registry.all.map(\.call) == ["C1"] && registry.entry(call: "C2") == nil)
        let second = try registry.claim(call: "C2", session: nil)
        #expect(registry.entry(session: "S1")?.call == "C1" && registry.all.count == 2)
        registry.release(first)
        let again = try registry.claim(call: "C1", session: "S1")
        // What was released before does not take the new call's name.
        registry.release(first)
        #expect(registry.all.map(\.call) == ["C1", "C2"])
        registry.release(again)
        registry.release(second)
        #expect(registry.all.isEmpty)
    }

    @Test func `of many concurrent claims of one name, one succeeds`() async {
        let registry = CallRegistry()
        let winners = await withTaskGroup(of: Bool.self) { group in
            for turn in 0..<64 {
                group.addTask { (try? registry.claim(call: "C\(turn % 2 == 0 ? 0 : turn)", session: "S")) != nil }
            }
            return await group.reduce(into: 0) { if $1 { $0 += 1 } }
        }
        #expect(winners == 1 && registry.all.count == 1)
    }

    @Test func `subscribers of a call get its end`() async throws {
        let registry = CallRegistry()
        let entry = try registry.claim(call: "C", session: nil)
        let follower = try #require(registry.entry(call: "C")).log.follow()
        var record = EventRecord()
        record.add("event", "started")
        entry.log.append(record)
        registry.release(entry)
        var names: [String] = []
        for await record in follower { names.append(record.name) }
        #expect(names == ["started"])
    }
}
