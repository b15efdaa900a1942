@testable import CallControl
import MediaCore
import PaymentSession
import Testing

/// A live call in rows for a screen.
struct StatusRowsTests {
    private func status(_ seconds: Int, _ peaks: (Float, Float), _ events: [MediaEvent] = []) -> CallStatus {
        var counts = CallCounts()
        for event in events { counts.count(event) }
        return CallStatus(time: .seconds(seconds), peaks: peaks, counts: counts, view: nil, sampleRate: 8000)
    }

    @Test func `Levels are ten blocks over 50 dB, for any sample`() {
        for (peak, blocks, level) in [
            (Float(1), 10, "3"), (0.5, 8, "-3"), (0, 0, "-99"), (-1, 0, "-99"), (.nan, 0, "-99"), (.infinity, 0, "-99"),
            (1e30, 10, "43"),
        ] {
            let row = status(0, (peak, 0)).rows(isKeyLit: false)[0]
            let caller = row.split(separator: "agent")[0]
            #expect(
                caller.count { $0 == "▮" } == blocks && caller.count { $0 == "▯" } == 10 - blocks, "\(peak): \(row)")
            #expect(caller.hasSuffix(" \(level)  "), "\(peak): \(row)")
        }
    }

    @Test func `The clock is minutes and two digits of seconds, and a key is a light`() {
        for (seconds, text) in [(0, "0:00"), (9, "0:09"), (61, "1:01"), (36_000, "600:00")] {
            let status = status(seconds, (0, 0))
            #expect(
                status.rows(isKeyLit: false)[0].hasPrefix(text + "  ") && status.rows(isKeyLit: true)[0].hasSuffix("●"))
        }
    }

    @Test func `Troubles are shown only if there are any`() {
        #expect(!status(1, (0, 0), [.xrun(.callerIn)]).rows(isKeyLit: false).isEmpty)
        let row = status(1, (0, 0), [.xrun(.callerIn), .xrun(.agentOut), .dropped(.agentOut, frames: 80)])
            .rows(isKeyLit: false)[0]
        #expect(row.hasSuffix("  xruns 2 late 10 ms"), "\(row)")
        #expect(!status(1, (0, 0)).rows(isKeyLit: false)[0].contains("xruns"))
    }

    @Test func `A payment adds its fields and what the agent can do`() async {
        let settings = SessionSettings(
            sessionID: "S", amount: 4200, currency: "GBP", month: CardExpiry(month: 11, year: 2026)!)
        let session = CallSession(settings, gateway: DecliningGateway(), journal: .none)
        var status = status(0, (0, 0))
        status.view = await session.view
        #expect(
            Array(status.rows(isKeyLit: false).dropFirst()) == [
                "card number – | expiry – | security code –",
                "payment of GBP 42.00 not begun  [s begin, q quit, ? keys]",
            ])
    }
}
