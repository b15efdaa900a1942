import Codecs
import Failures
import MediaCore
import Suppression
import Testing

@testable import ALSAMedia

/// Devices as people name them, and the media that come of them.
struct DeviceChoiceTests {
    private let devices = DeviceChoice(callerIn: "a", agentOut: "b", agentIn: "c", callerOut: "d")

    private func source(_ name: String) -> ALSASource { ALSASource(name, encoding: .signed16) }

    @Test func `each device has its leg, and a leg without a device is left out`() throws {
        #expect(devices.names.map(\.0) == [.callerIn, .agentOut, .agentIn, .callerOut])
        #expect(devices.names.map(\.1) == ["a", "b", "c", "d"])
        let oneWay = DeviceChoice(callerIn: "a", agentOut: "b")
        #expect(oneWay.names.map(\.1) == ["a", "b"])
        let media = try oneWay.media(.init(), from: source)
        #expect(media.callerIn.name == "a" && media.agentOut.name == "b")
        #expect(media.agentIn == nil && media.callerOut == nil)
    }

    @Test func `a period is a whole number of frames close to the requested time`() throws {
        for rate in stride(from: 8000, through: 48_000, by: 1111) {
            for period in [1, 2.5, 5, 7.3, 20, 100] {
                var choice = devices
                (choice.sampleRate, choice.period, choice.periods) = (rate, period, 3)
                let format = try choice.media(.init(), from: source).format
                #expect(format.sampleRate == rate && format.periods == 3)
                #expect(abs(Double(format.periodFrames) - Double(rate) * period / 1000) <= 0.5)
            }
        }
    }

    @Test func `samples are 16-bit integers or floats`() throws {
        for kind in [.signed, .unsigned, .float, .muLaw, .aLaw] as [SampleEncoding.Kind] {
            var choice = devices
            choice.encoding = kind
            switch kind {
            case .signed, .float:
                #expect(choice.sampleEncoding == (kind == .float ? .float32 : .signed16))
                _ = try choice.media(.init(), from: source)
            default: #expect(throws: Failure.self) { try choice.media(.init(), from: source) }
            }
        }
    }

    @Test(arguments: [
        (7999, 5.0, 4), (48_001, 5, 4), (0, 5, 4), (-8000, 5, 4), (8000, 0.9, 4), (8000, 101, 4), (8000, .nan, 4),
        (8000, .infinity, 4), (8000, 5, 1), (8000, 5, 65),
    ])
    func `settings that devices cannot have are a usage error with advice`(rate: Int, period: Double, periods: Int) {
        var choice = devices
        (choice.sampleRate, choice.period, choice.periods) = (rate, period, periods)
        let failure = #expect(throws: Failure.self) { try choice.media(.init(), from: source) }
        #expect(failure?.status == .usage && failure?.advice != nil)
    }
}
