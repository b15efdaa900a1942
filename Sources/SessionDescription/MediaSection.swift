/// A section of media: its `m=` line and the lines that follow it.
package struct MediaSection: Hashable, Sendable {
    /// The lines, `m=` first.
    package private(set) var lines: [SDPLine]
    /// `audio`, `image`, `video`, …
    package let kind: String
    /// 0 where the section is rejected.
    package private(set) var port: Int
    /// Number of ports, 1 or more.
    package private(set) var portCount: Int
    /// `RTP/AVP`, `udptl`, …
    package private(set) var transport: String
    /// Payload types, or other words such as `t38`; one or more, unless the section is rejected.
    package private(set) var formats: [String]

    init(_ lines: [SDPLine]) throws(SDPFault) {
        let words = lines[0].text.split(separator: " ")
        guard words.count >= 3 else { throw .malformed }
        guard words.count - 3 <= SDPLimits.formats else { throw .tooLong }
        let ports = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard 1...2 ~= ports.count, let port = Self.number(ports[0]), port <= 65_535,
            let count = ports.count == 2 ? Self.number(ports[1]) : 1, 1...1000 ~= count
        else { throw .malformed }
        (kind, self.port, portCount) = (String(words[0]), port, count)
        (transport, formats) = (String(words[2]), words[3...].map(String.init))
        self.lines = lines
        // Whatever else a section that is rejected says, it has no media.
        guard port > 0 else { return }
        guard !formats.isEmpty, hasPayloadTypes else { throw .malformed }
        guard !hasContradiction else { throw .contradiction }
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
    }

    private mutating func writeHead() {
        let ports = portCount == 1 ? "\(port)" : "\(port)/\(portCount)"
        lines[0].value = Array("\(kind) \(ports) \(transport) \(formats.joined(separator: " "))".utf8)
    }

    /// Appends a line at the end of the section.
    private mutating func append(_ line: SDPLine) {
        if lines[lines.count - 1].ending.isEmpty { lines[lines.count - 1].ending = SDPLine.crlf }
        var line = line
        line.ending = lines[0].ending.isEmpty ? SDPLine.crlf : lines[0].ending
        lines.append(line)
    }

    // MARK: - Address

    package var isRejected: Bool { port == 0 }

    /// Changes the port. A section that is rejected stays so.
    package mutating func setPort(_ port: Int) {
        guard !isRejected, port != self.port || portCount != 1 else { return }
        (self.port, portCount) = (min(max(port, 0), 65_535), 1)
        writeHead()
    }

    /// Rejects the section: its port is 0.
    package mutating func reject() { setPort(0) }

    package mutating func setTransport(_ transport: String) {
        guard transport != self.transport, !transport.isEmpty, transport.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return }
        self.transport = transport
        writeHead()
    }

    /// The section's own address.
    package var connection: SDPConnection? {
        lines.first { $0.has("c") }.flatMap { SDPConnection(words: $0.text.split(separator: " ")) }
    }

    mutating func setConnection(_ connection: SDPConnection) {
        lines.removeAll { $0.has("c") }
        let place = 1 + lines.dropFirst().prefix { $0.has("i") }.count
        if lines[place - 1].ending.isEmpty { lines[place - 1].ending = SDPLine.crlf }
        lines.insert(SDPLine("c", connection.text, ending: lines[0].ending), at: place)
    }

    // MARK: - Attributes

    /// Values of the section's own attributes of a name.
    package func attributes(_ name: String) -> [String] { lines.attributes(name) }

    package mutating func removeAttributes(_ names: Set<String>) { lines.removeAttributes(names) }

    /// Adds an attribute at the end. `value` may be empty, and holds no control characters.
    package mutating func addAttribute(_ name: String, _ value: String = "") {
        let text = value.isEmpty ? name : "\(name):\(value)"
        guard text.utf8.allSatisfy({ $0 >= 0x20 }) else { return }
        append(SDPLine("a", text))
    }

    /// The section's own direction.
    package var direction: SDPDirection? { lines.direction }

    package mutating func setDirection(_ direction: SDPDirection) {
        removeAttributes(Set(SDPDirection.allCases.map(\.rawValue)))
        addAttribute(direction.rawValue)
    }

    /// Milliseconds of audio in a packet.
    package var ptime: Int? { milliseconds("ptime") }
    /// Most milliseconds of audio in a packet.
    package var maxptime: Int? { milliseconds("maxptime") }

    private func milliseconds(_ name: String) -> Int? {
        attributes(name).first.flatMap { Double($0) }.flatMap { 1...1000 ~= $0 ? Int($0) : nil }
    }

    // MARK: - RTCP

    package var hasRTCPMux: Bool { !attributes("rtcp-mux").isEmpty || !attributes("rtcp-mux-only").isEmpty }

    /// What `a=rtcp` says (RFC 3605).
    package var rtcp: (port: Int, connection: SDPConnection?)? {
        guard let words = attributes("rtcp").first?.split(separator: " "), let port = words.first.flatMap(Self.number),
            1...65_535 ~= port
        else { return nil }
        return (port, SDPConnection(words: Array(words.dropFirst())))
    }

    /// Names the port of RTCP, which is at the address of RTP; `nil` names none.
    package mutating func setRTCP(port: Int?) {
        removeAttributes(["rtcp"])
        if let port { addAttribute("rtcp", String(port)) }
    }

    package mutating func setRTCPMux(_ isMultiplexed: Bool) {
        removeAttributes(["rtcp-mux", "rtcp-mux-only"])
        if isMultiplexed { addAttribute("rtcp-mux") }
    }

    // MARK: - Formats, in another file

    /// Sets the words of the `m=` line; at least one stays.
    mutating func setFormats(_ formats: [String]) {
        guard !formats.isEmpty, formats != self.formats else { return }
        self.formats = formats
        writeHead()
    }

    mutating func removeLines(where condition: (SDPLine) -> Bool) {
        let head = lines[0]
        lines = [head] + lines.dropFirst().filter { !condition($0) }
    }
}
