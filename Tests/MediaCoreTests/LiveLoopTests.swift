import DTMF
import MediaSimulation
import Support
import Testing

@testable import MediaCore

/// A live call without a sound server: stalls, xruns, ports that go away, packets beside tones.
@Suite(.ownThread) struct LiveLoopTests {
    static let keys: [Key] = [.four, .two, .four, .two, .nine, .zero, .pound]

    @Test func `a normal call detects every key, aligns the recorded legs and reports no trouble`() throws {
        let call = try SimulatedCall(keys: LiveLoopTests.keys)
        call.run(milliseconds: 8000)
        call.finish()
        #expect(call.keys == LiveLoopTests.keys && call.troubles.isEmpty)
        let captured = call.callerIn.brought
        #expect(call.caller == SimulatedCall.suppressed(captured, call.agent))
        // The agent's cushion is four periods; then its samples follow each other, as they do to the caller.
        let said = call.agent.drop { $0 == 0 }
        #expect(said.startIndex == 160 && said.elementsEqual(call.agentIn.brought.prefix(said.count)))
        #expect(call.callerOut.played.drop { $0 == 0 }.elementsEqual(call.agentIn.brought))
        // What the agent hears is the recording's leg, behind silence.
        let heard = call.agentOut.played
        #expect(heard.count > 60_000 && call.caller.starts(with: heard.dropFirst(120)))
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `stalls are reported, and all captured audio is recorded without its tones`(seed: UInt64) throws {
        let call = try SimulatedCall(keys: (0..<20).map { LiveLoopTests.keys[$0 % 7] })
        var generator = SeededGenerator(seed: seed)
        var stalls: [Int] = []
        while call.time.nanoseconds < 20_000_000_000 {
            call.run(milliseconds: Int.random(in: 300...1500, using: &generator))
            // A turn of 5 ms comes on top of a pause: near 100 ms either is right.
            let stall = Int.random(in: Bool.random(using: &generator) ? 5...80 : 110...700, using: &generator)
            call.time.advance(milliseconds: stall)
            if stall > 100 { stalls.append(stall) }
        }
        call.run(milliseconds: 1000)
        call.finish()
        let told = call.troubles.compactMap { if case .stalled(let length) = $0 { length } else { nil } }
        #expect(told.count == stalls.count, "seed \(seed)")
        #expect(zip(told, stalls).allSatisfy { abs($0 - $1) <= 30 }, "seed \(seed): \(told), \(stalls)")
        // A buffer of 20 ms overflows in each stall. The other ports run empty or overflow, and every time is reported.
        for leg in CallLeg.allCases {
            let xruns = call.troubles.count { $0 == .xrun(leg) }
            #expect(xruns >= stalls.count, "seed \(seed), \(leg.name): \(xruns) of \(stalls.count)")
        }
        #expect(!call.troubles.contains { if case .lost = $0 { true } else { false } }, "seed \(seed)")
        let captured = call.callerIn.brought
        #expect(call.caller == SimulatedCall.suppressed(captured, call.agent), "seed \(seed)")
    }

    @Test func `a lost caller's port is reported, replaced by silence and reopened`() throws {
        let call = try SimulatedCall(keys: [.one, .two, .three, .four, .five, .six])
        call.run(milliseconds: 1500)
        call.callerIn.isGone = true
        #expect(call.run { call.troubles.contains(.lost(.callerIn)) })
        #expect(call.troubles == [.lost(.callerIn)])
        call.run(milliseconds: 1500)
        call.callerIn.isGone = false
        #expect(call.run { call.troubles.contains(.reopened(.callerIn)) })
        call.run(milliseconds: 7000 - call.time.nanoseconds / 1_000_000)
        call.finish()
        // Keys 2 and 3 were pressed while the port was gone.
        #expect(call.keys == [.one, .four, .five, .six])
        // The recording is as long as the call, and the agent is whole in it.
        #expect(abs(call.caller.count - 7 * SimulatedCall.rate) <= 200)
        let said = call.agent.drop { $0 == 0 }
        #expect(said.elementsEqual(call.agentIn.brought.prefix(said.count)))
    }

    @Test func `a port without frames for two seconds counts as lost`() throws {
        let call = try SimulatedCall()
        call.run(milliseconds: 500)
        call.callerIn.bringsNothing = true
        let begin = call.time.nanoseconds
        #expect(call.run { call.troubles.contains(.lost(.callerIn)) })
        let passed = (call.time.nanoseconds - begin) / 1_000_000
        #expect(passed >= 20 * (LiveLoop.patience - 1) && passed <= 20 * (LiveLoop.patience + 2))
    }

    @Test(arguments: [CallLeg.agentOut, .agentIn, .callerOut])
    func `any other lost port is reopened too, and keys are detected meanwhile`(leg: CallLeg) throws {
        let call = try SimulatedCall(keys: LiveLoopTests.keys)
        let line = [CallLeg.agentOut: call.agentOut, .agentIn: call.agentIn, .callerOut: call.callerOut][leg]!
        call.run(milliseconds: 1500)
        line.isGone = true
        #expect(call.run { call.troubles == [.lost(leg)] })
        call.run(milliseconds: 3000)
        line.isGone = false
        #expect(call.run { call.troubles.contains(.reopened(leg)) })
        let moved = (line.brought + line.played).count
        call.run(milliseconds: 3500)
        #expect((line.brought + line.played).count > moved + 20_000)
        #expect(call.keys == LiveLoopTests.keys)
    }

    @Test func `ports of one group are closed together`() throws {
        let call = try SimulatedCall(groups: "one library")
        call.run(milliseconds: 500)
        call.agentIn.isGone = true
        #expect(call.run { call.troubles.count >= 4 })
        #expect(Set(call.troubles.prefix(4)) == Set(CallLeg.allCases.map { MediaEvent.lost($0) }))
        #expect(call.run { call.troubles.contains(.reopened(.callerIn)) })
    }

    @Test func `if events are not taken, the caller is muted until they are`() throws {
        let call = try SimulatedCall(keys: LiveLoopTests.keys, eventRoom: 4)
        call.isFollowed = false
        call.run(milliseconds: 6000)
        #expect(call.caller.suffix(400).allSatisfy { $0 == 0 })
        call.isFollowed = true
        call.run(milliseconds: 200)
        #expect(call.caller.suffix(400).contains { $0 != 0 })
    }

    @Test func `a recording that is not taken is reported to have a gap`() throws {
        let time = SimulatedTime()
        let events = SingleProducerRing<MediaEvent>(capacity: 64, blank: .stalled(milliseconds: 0))
        let (line, ear) = (SimulatedLine("in", time), SimulatedLine("out", time))
        var loop = try LiveLoop(
            LiveSettings(callerIn: line, agentOut: ear, format: SimulatedCall.format), controls: LiveControls(),
            events: events, recording: SingleProducerRing(capacity: 1000, blank: 0), clock: time)
        loop.begin()
        while time.nanoseconds < 200_000_000 { loop.turn() }
        #expect(events.take() == .unrecorded)
    }

    @Test func `a port that cannot be opened at the start is an error`() {
        let time = SimulatedTime()
        let gone = SimulatedLine("gone", time)
        gone.isGone = true
        #expect(throws: SimulatedLine.Gone.self) {
            _ = try CallPorts(
                LiveSettings(callerIn: SimulatedLine("in", time), agentOut: gone, format: SimulatedCall.format))
        }
    }
}
