import NGControl
import Support
import Testing

struct RepeatedRequestsTests {
    private let first = Array("p1".utf8)
    private let second = Array("p2".utf8)

    @Test func `A request that comes again gets the same reply, from the same proxy alone`() {
        var known = RepeatedRequests()
        #expect(known.reply(to: [1], from: first, at: .zero) == nil)
        known.keep([9], to: [1], from: first, at: .zero)
        #expect(known.reply(to: [1], from: first, at: .seconds(59)) == [9])
        #expect(known.reply(to: [1], from: second, at: .seconds(1)) == nil)
        #expect(known.reply(to: [1], from: first, at: .seconds(60)) == nil)
    }

    @Test func `A request with a cookie of old is carried out anew`() {
        var known = RepeatedRequests()
        known.keep([9], to: Array("0_7_1 d7:command4:pinge".utf8), from: first, at: .zero)
        #expect(known.reply(to: Array("0_7_1 d7:command10:block DTMFe".utf8), from: first, at: .zero) == nil)
    }

    @Test func `The oldest make room, by number, by size and by age`() {
        var known = RepeatedRequests(capacity: 3, bytes: 12, lifetime: .seconds(5))
        for cookie in 0..<5 as Range<UInt8> { known.keep([cookie], to: [cookie], from: first, at: .zero) }
        #expect(known.count == 3 && known.reply(to: [1], from: first, at: .zero) == nil)
        known.keep([UInt8](repeating: 7, count: 9), to: [5], from: first, at: .seconds(1))
        #expect(known.count == 2 && known.reply(to: [4], from: first, at: .seconds(1)) == [4])
        known.keep([UInt8](repeating: 7, count: 12), to: [6], from: first, at: .seconds(1))
        #expect(known.count == 0)
        known.keep([1], to: [7], from: first, at: .seconds(2))
        known.keep([1], to: [8], from: first, at: .seconds(7))
        #expect(known.count == 1)
    }

    @Test func `It never holds more than it may, whatever comes`() {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var (known, time) = (RepeatedRequests(capacity: 50, bytes: 2000, lifetime: .seconds(3)), Duration.zero)
        var last: [[UInt8]: (reply: [UInt8], time: Duration)] = [:]
        for turn in 0..<20_000 {
            time += .milliseconds(Int.random(in: 0..<50, using: &random))
            let cookie = [UInt8.random(in: 0..<200, using: &random)]
            if let reply = known.reply(to: cookie, from: first, at: time) {
                #expect(last[cookie].map { $0.reply == reply } == true, "seed \(seed), turn \(turn)")
            } else {
                let reply = [UInt8](repeating: cookie[0], count: Int.random(in: 0..<100, using: &random))
                known.keep(reply, to: cookie, from: first, at: time)
                last[cookie] = (reply, time)
            }
            #expect(known.count <= 50)
        }
    }
}
