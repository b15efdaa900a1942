import ArgumentParser
import ProductVersion
import RTPMedia
import TrunkRelay

/// The server: a media relay behind a SIP proxy.
@main struct Tonewalld: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tonewalld",
        abstract: "Takes DTMF digits out of phone calls, as a media relay behind a SIP proxy.",
        discussion: """
            A SIP proxy (Kamailio or OpenSIPS with their rtpengine modules, or any other client of the ng protocol) \
            sends offers and answers to the control port, and the audio of the call then runs through this relay. \
            'block DTMF' takes digits out of a call, as tones and as telephone events.

            tonewalld --ng 127.0.0.1:2223 --interface 192.0.2.10
            """,
        version: Version.line)

    @Option(
        help: ArgumentHelp(
            "Address and port of the ng protocol. Whoever reaches it controls every call.",
            valueName: "address:port"))
    var ng = "127.0.0.1:2223"

    @Option(help: ArgumentHelp("Numeric address of the interface for audio.", valueName: "address"))
    var interface = "127.0.0.1"

    @Option(help: ArgumentHelp("Address to name in SDP, behind a router that translates.", valueName: "address"))
    var advertise: String?

    @Option(help: "First port for audio.")
    var portMin: UInt16 = 30_000

    @Option(help: "Last port for audio.")
    var portMax: UInt16 = 40_000

    @Option(help: "Most calls at a time. More are refused when they are offered.")
    var mostCalls = 1_000

    @Option(help: "Seconds without a packet after which a call is over.")
    var timeout = 60

    @Option(help: "Threads for audio. One a core is right.")
    var threads = 2

    func validate() throws {
        guard portMin < portMax, Int(portMax) - Int(portMin) >= 3 else {
            throw ValidationError("a call needs four ports: --port-max is at least --port-min and 3")
        }
        guard (1...64).contains(threads) else { throw ValidationError("--threads is 1 to 64") }
        guard mostCalls > 0, timeout > 0 else { throw ValidationError("--most-calls and --timeout are above 0") }
    }

    mutating func run() throws {
        guard let control = Self.address(ng) else {
            throw ValidationError("--ng \(ng): a numeric address and a port, such as 127.0.0.1:2223")
        }
        guard
            let settings = RelaySettings(
                interface: interface, advertised: advertise, ports: portMin...portMax, mostCalls: mostCalls,
                timeout: timeout)
        else { throw ValidationError("--interface \(interface): no numeric address") }
        let socket: DatagramSocket
        do {
            socket = try DatagramSocket(bindingTo: control)
        } catch {
            throw ValidationError("--ng \(ng): \(error) (is another relay running?)")
        }
        let loops = (0..<threads).map { _ in MediaLoop() }
        guard let registry = CallRegistry(settings, loops: loops) else {
            throw ValidationError("--advertise: no numeric address")
        }
        for loop in loops { loop.start() }
        RelayService.run(NGServer(socket: socket, registry: registry))
    }

    /// Reads `address:port`, with brackets around an address with colons.
    private static func address(_ text: String) -> SocketAddress? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon].trimmingPrefix("[")
        return SocketAddress(host: String(host.hasSuffix("]") ? host.dropLast() : host), port: port)
    }
}
