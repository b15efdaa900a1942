import CallControl
import Foundation
import Support
import Testing

/// The one encoding of events, in both forms.
@Suite struct EventRecordTests {
    private func record(_ generator: inout SeededGenerator) -> EventRecord {
        var record = EventRecord()
        record.add("at", Double.random(in: 0...1e6, using: &generator), decimals: 3)
        record.add("event", ["secured", "ended", "left-open"].randomElement(using: &generator)!)
        for index in 0..<Int.random(in: 0...6, using: &generator) {
            switch Int.random(in: 0...2, using: &generator) {
            case 0:
                record.add(
                    "text\(index)",
                    ["", "a\"b\\c", "line\nfeed\r", "\u{1b}[2J \u{2028}", "Zoë"].randomElement(using: &generator)!)
            case 1: record.add("number\(index)", Int.random(in: -1_000_000...1_000_000, using: &generator))
            default: record.add("flag\(index)", Bool.random(using: &generator))
            }
        }
        record.number = Int.random(in: 0...3, using: &generator)
        return record
    }

    @Test func `a record is one line with its members in order, and is read back`() throws {
        let seed = SeededGenerator.seedOfRun()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let record = record(&generator)
            let line = record.ndjson
            #expect(line.hasSuffix("}\n") && line.count { $0.isNewline } == 1, "seed \(seed)")
            let places = record.members.map { line.range(of: "\"\($0.name)\":")!.lowerBound }
            #expect(places == places.sorted(), "seed \(seed)")
            #expect(line.contains("\"n\":") == (record.number > 0), "seed \(seed)")
            let read = try JSONDecoder().decode(EventRecord.self, from: Data(line.utf8))
            #expect(read.number == record.number && read.name == record.name, "seed \(seed)")
            #expect(read.members.count == record.members.count, "seed \(seed)")
            for member in record.members { #expect(same(read[member.name], member.value), "seed \(seed): \(member)") }
            // Any other encoder writes the same members.
            let again = try JSONDecoder().decode(EventRecord.self, from: JSONEncoder().encode(record))
            for member in record.members { #expect(same(again[member.name], member.value), "seed \(seed): \(member)") }
        }
    }

    /// Numbers are read as the kind that they look like, and written with their decimals.
    private func same(_ read: EventRecord.Value?, _ written: EventRecord.Value) -> Bool {
        guard case .decimal(let number, _) = written else { return read == written }
        switch read {
        case .decimal(let value, _): return abs(value - number) < 0.001
        case .integer(let value): return abs(Double(value) - number) < 0.001
        default: return false
        }
    }

    @Test func `a server-sent event has its number as id, its name, and the same line as data`() throws {
        var record = EventRecord()
        record.add("at", 1.5, decimals: 3)
        record.add("event", "secured")
        record.number = 17
        #expect(
            record.serverSentEvent
                == "id: 17\nevent: secured\ndata: {\"at\":1.500,\"event\":\"secured\",\"n\":17}\n\n")
    }

    @Test func `an infinite or NaN value is written as null and left out when read`() throws {
        var record = EventRecord()
        record.add("event", "late")
        record.add("ms", .infinity, decimals: 1)
        #expect(record.ndjson == "{\"event\":\"late\",\"ms\":null}\n")
        let read = try JSONDecoder().decode(EventRecord.self, from: Data(record.ndjson.utf8))
        #expect(read["ms"] == nil && read.name == "late")
    }
}

/// The events of a call, kept for who comes late.
@Suite struct EventLogTests {
    private func record(_ name: String) -> EventRecord {
        var record = EventRecord()
        record.add("event", name)
        return record
    }

    @Test func `events are numbered from 1, and a resumed reader gets exactly the later ones`() {
        let log = EventLog(capacity: 50)
        let seed = SeededGenerator.seedOfRun()
        var generator = SeededGenerator(seed: seed)
        for number in 1...400 {
            #expect(log.append(record("event-\(number)")).number == number)
            let asked = Int.random(in: 0...number, using: &generator)
            let got = log.events(after: asked)
            let first = max(asked + 1, number - 49)
            #expect(got.events.map(\.number) == Array(first..<(number + 1)), "seed \(seed)")
            #expect(got.isComplete == (asked >= number - 50), "seed \(seed): \(asked) of \(number)")
        }
        #expect(log.last == 400)
        // A number that this log never gave: the client knew another call.
        #expect(!log.events(after: 401).isComplete)
    }

    @Test func `followers get the kept and all later events, whenever they began, until the end of the call`() async {
        let log = EventLog()
        for number in 1...5 { log.append(record("\(number)")) }
        let (all, late) = (log.follow(), log.follow(after: 3))
        log.append(record("6"))
        let now = log.follow(after: 6)
        log.append(record("7"))
        log.finish()
        log.append(record("too late"))
        let after = log.follow(after: 5)
        for (stream, first) in [(all, 1), (late, 4), (now, 7), (after, 6)] {
            var numbers: [Int] = []
            for await record in stream { numbers.append(record.number) }
            #expect(numbers == Array(first...7))
        }
    }

    @Test func `a stopped follower takes bounded memory and sees what it missed`() async {
        let log = EventLog(capacity: 10)
        let follower = log.follow()
        for number in 1...100 { log.append(record("\(number)")) }
        log.finish()
        var numbers: [Int] = []
        for await record in follower { numbers.append(record.number) }
        #expect(numbers == Array(91...100))
    }
}
