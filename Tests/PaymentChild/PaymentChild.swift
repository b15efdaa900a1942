import Codecs
import AudioIO
import CallControl
import Gateway
import StripeGateway
import Glibc
import PaymentSession
import ProcessMemory

/// A process that plays one recorded call through the whole pipeline and then idles, so that its memory can be read.
///
/// usage: payment-child CALL GATEWAY_URL KEY PAUSE_AT [SECONDS:COMMAND]…
///
/// It prints `idle` when the session is over, or when the call has come to PAUSE_AT seconds (0: not at all), and goes on when
/// its standard input gives a line.
@main
struct PaymentChild {
    static func main() async throws {
        CoreDumps.forbid()
        let arguments = CommandLine.arguments
        let script = AgentScript(arguments.dropFirst(5).compactMap { AgentScript.Step($0) })
        let reader = try AudioReader(arguments[1])
        let gateway = try PaymentIntentsGateway(url: arguments[2], key: arguments[3])
        let settings = SessionSettings(
            sessionID: "call_\(getpid())", amount: 4200, currency: "GBP", submission: script.submission,
            month: CardExpiry(month: 11, year: 2026)!)
        let session = CallSession(settings, gateway: gateway, journal: .none)
        let followers = [await session.events(), await session.events()]
        let pause = Int(arguments[4])! * reader.format.sampleRate
        var frames = 0
        _ = try await RecordedCall(script: script).play(reader, through: session) { block in
            frames += block.count / 2
            if pause > 0, (pause..<pause + block.count / 2).contains(frames) { idle("entering") }
        }
        for events in followers { for await _ in events {} }
        idle("\(await session.view.state)".prefix { $0 != "(" } + " \(await session.view.attempt)")
    }

    private static func idle(_ state: some StringProtocol) {
        print("idle \(state)")
        fflush(nil)
        _ = readLine()
    }
}
