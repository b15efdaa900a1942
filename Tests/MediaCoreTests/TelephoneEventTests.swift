import CAllocations
import DTMF
import MediaSimulation
import Support
import Testing

@testable import MediaCore

/// Keys that come as RFC 4733 packets, beside tones in the audio and without them.
@Suite(.ownThread) struct TelephoneEventTests {
    /// Lets the packets of a press come in, one each 20 ms and the last three times.
    private func press(_ key: Key, at start: Int, in call: SimulatedCall) {
        for duration in [160, 320, 480, 640, 640, 640] {
            call.callerIn.receive(TelephoneEvent(key, start: start, duration: duration))
            call.run(milliseconds: 20)
        }
    }

    @Test func `keys that come only as packets count once each`() throws {
        let call = try SimulatedCall()
        call.run(milliseconds: 500)
        for key in [Key.one, .one, .star, .zero] {
            press(key, at: call.time.frames(at: SimulatedCall.rate), in: call)
            call.run(milliseconds: 300)
        }
        #expect(call.keys == [.one, .one, .star, .zero] && call.troubles.isEmpty)
    }

    @Test(arguments: [0, 40, 100, 200])
    func `a key with both reports counts once, however late its packets are`(late: Int) throws {
        let keys: [Key] = [.four, .four, .two, .zero, .zero, .nine]
        let call = try SimulatedCall(keys: keys)
        for (index, key) in keys.enumerated() {
            // The tone begins 80 ms before each whole second.
            let start = 8000 * (index + 1) - 640
            call.run(milliseconds: start / 8 + late - call.time.nanoseconds / 1_000_000)
            press(key, at: start, in: call)
        }
        call.run(milliseconds: 1000)
        // Where packets come later than a tone waits for them, the first press alone was known by its tone.
        #expect(call.keys == keys)
    }

    @Test func `the two kinds may alternate`() throws {
        let call = try SimulatedCall(keys: [.one, .three, .five])
        call.run(milliseconds: 1500)
        press(.two, at: 12_000, in: call)
        call.run(milliseconds: 2500 - call.time.nanoseconds / 1_000_000)
        press(.four, at: 20_000, in: call)
        call.run(milliseconds: 4000 - call.time.nanoseconds / 1_000_000)
        #expect(call.keys == [.one, .two, .three, .four, .five])
    }

    @Test func `packets count from the port's first frame, also after it came back`() throws {
        let keys: [Key] = [.seven, .eight, .nine, .zero, .star, .pound]
        let call = try SimulatedCall(keys: keys)
        call.run(milliseconds: 300)
        call.callerIn.isGone = true
        call.run(milliseconds: 1000)
        call.callerIn.isGone = false
        #expect(call.run { call.troubles.contains(.reopened(.callerIn)) })
        for index in 3..<6 {
            let start = 8000 * (index + 1) - 640
            call.run(milliseconds: start / 8 - call.time.nanoseconds / 1_000_000)
            press(keys[index], at: start - call.callerIn.began, in: call)
        }
        call.run(milliseconds: 500)
        #expect(call.keys.suffix(3) == keys.suffix(3) && call.keys.count <= 5)
    }
}
