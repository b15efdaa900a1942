/// An SDP (RFC 8866) as far as a relay needs it. Every line is kept: what is not changed is written byte by byte as it
/// came.
package struct SessionDescription: Hashable, Sendable {
    /// The lines before the first section of media.
    package private(set) var session: [SDPLine] = []
    package var media: [MediaSection] = []

    package init(parsing bytes: [UInt8]) throws(SDPFault) {
        guard bytes.count <= SDPLimits.bytes else { throw .tooLong }
        var lines = try Self.lines(bytes)
        while lines.last?.type == 0 { trailing.insert(lines.removeLast(), at: 0) }
        guard lines.first == SDPLine("v", "0", ending: lines.first?.ending ?? []) else { throw .noVersion }
        guard lines.allSatisfy({ $0.type != 0 }) else { throw .malformed }
        let starts = lines.indices.filter { lines[$0].has("m") }
        guard starts.count <= SDPLimits.media else { throw .tooLong }
        session = Array(lines[..<(starts.first ?? lines.count)])
        for (start, end) in zip(starts, starts.dropFirst() + [lines.count]) {
            media.append(try MediaSection(Array(lines[start..<end])))
        }
    }

    /// Empty lines at the end.
    private var trailing: [SDPLine] = []

    private static func lines(_ bytes: [UInt8]) throws(SDPFault) -> [SDPLine] {
        var (lines, start) = ([SDPLine](), 0)
        while start < bytes.count {
            guard lines.count < SDPLimits.lines else { throw .tooLong }
            let feed = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            let hasReturn = feed < bytes.count && feed > start && bytes[feed - 1] == 0x0D
            let end = hasReturn ? feed - 1 : feed
            let next = min(feed + 1, bytes.count)
            lines.append(try SDPLine(bytes[start..<end], ending: Array(bytes[end..<next])))
            start = next
        }
        return lines
    }

    /// The SDP as it is sent.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for line in session { line.append(to: &bytes) }
        for section in media {
            for line in section.lines {
                // A line after one that had no end.
                if !bytes.isEmpty, bytes.last != 0x0A { bytes += SDPLine.crlf }
                line.append(to: &bytes)
            }
        }
        for line in trailing { line.append(to: &bytes) }
        return bytes
    }

    // MARK: - Session

    package var origin: SDPOrigin? { session.first { $0.has("o") }.flatMap { SDPOrigin($0.text) } }

    /// The address of sections that have none of their own.
    package var connection: SDPConnection? {
        session.first { $0.has("c") }.flatMap { SDPConnection(words: $0.text.split(separator: " ")) }
    }

    /// Changes the address of the `o=` line; nothing happens to one that cannot be read.
    package mutating func replaceOrigin(_ address: IPAddress) {
        guard var origin else { return }
        origin.connection = SDPConnection(address)
        session.setFirst("o", origin.text)
    }

    /// Changes the version of the `o=` line, such as after an SDP was changed anew.
    package mutating func setOriginVersion(_ version: String) {
        guard var origin, version.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return }
        origin.version = version
        session.setFirst("o", origin.text)
    }

    /// Changes the session's `c=` line, if there is one. Where there are two, a phone may take either: both change.
    package mutating func replaceConnection(_ address: IPAddress) {
        for index in session.indices where session[index].has("c") {
            session[index].value = Array(SDPConnection(address).text.utf8)
        }
    }

    /// Values of the session's own attributes of a name.
    package func attributes(_ name: String) -> [String] { session.attributes(name) }

    /// Removes attributes of these names from the session and from all media.
    package mutating func removeAttributes(_ names: Set<String>) {
        session.removeAttributes(names)
        for index in media.indices { media[index].removeAttributes(names) }
    }

    /// Removes what belongs to ICE (RFC 8839): candidates, credentials, options.
    package mutating func removeICE() { removeAttributes(Self.iceNames) }

    package static let iceNames: Set<String> = [
        "candidate", "end-of-candidates", "remote-candidates", "ice-ufrag", "ice-pwd", "ice-options", "ice-lite",
        "ice-mismatch", "ice-pacing", "ice2",
    ]

    // MARK: - Media, with what they have from the session

    /// The address of a section: its own, or the session's.
    package func connection(ofMedia index: Int) -> SDPConnection? { media[index].connection ?? connection }

    /// The direction of a section: its own, or the session's, or both ways.
    package func direction(ofMedia index: Int) -> SDPDirection {
        media[index].direction ?? session.direction ?? .sendrecv
    }

    /// Where packets of RTCP for a section go: what `a=rtcp` says, the port of RTP with `a=rtcp-mux`, or the port after
    /// it; `nil` for a section that is rejected, and where there is no such port.
    package func rtcpPort(ofMedia index: Int) -> Int? {
        let section = media[index]
        guard section.port > 0 else { return nil }
        if section.hasRTCPMux { return section.port }
        if let port = section.rtcp?.port { return port }
        return section.port < 65_535 ? section.port + 1 : nil
    }

    /// Gives a section the relay's address and port. Address and port of `a=rtcp` go: see
    /// ``MediaSection/setRTCP(port:)``.
    package mutating func setAddress(_ address: IPAddress, port: Int, ofMedia index: Int) {
        media[index].setPort(port)
        media[index].removeAttributes(["rtcp"])
        let new = SDPConnection(address)
        let (own, shared) = (media[index].lines.filter { $0.has("c") }, session.filter { $0.has("c") })
        if own.isEmpty, !shared.isEmpty, shared.allSatisfy({ $0.text == new.text }) { return }
        media[index].setConnection(new)
    }
}

extension [SDPLine] {
    /// Changes what stands after the equal sign of the first line of a type.
    mutating func setFirst(_ type: Character, _ text: String) {
        guard let index = firstIndex(where: { $0.has(type) }) else { return }
        self[index].value = Swift.Array(text.utf8)
    }

    func attributes(_ name: String) -> [String] {
        compactMap(\.attribute).filter { $0.name == name }.map(\.value)
    }

    mutating func removeAttributes(_ names: Set<String>) {
        removeAll { line in line.attribute.map { names.contains($0.name) } ?? false }
    }

    /// The first direction that is named.
    var direction: SDPDirection? {
        lazy.compactMap { line in line.attribute.flatMap { SDPDirection(rawValue: $0.name) } }.first
    }
}
