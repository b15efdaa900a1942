/// A message of the *ng* protocol: a cookie, a space, and a dictionary in bencode or JSON.
package struct NGMessage: Hashable, Sendable {
    /// How the dictionary is written. A reply is written in the form of its request.
    package enum Form: Hashable, Sendable { case bencode, json }

    /// What ties a reply to its request, and tells a request that is sent again.
    package var cookie: [UInt8]
    package var form: Form
    package var body: NGDictionary
    /// Keys that appeared twice with two values. The first value is in ``body``.
    package private(set) var contradicted: Set<[UInt8]> = []

    package init(cookie: [UInt8], form: Form, body: NGDictionary) {
        (self.cookie, self.form, self.body) = (cookie, form, body)
    }

    /// Reads the one message that `bytes` hold, such as a UDP packet. Space characters may follow it.
    package init(parsing bytes: [UInt8]) throws(NGUnreadable) {
        guard bytes.count <= NGLimits.bytes else { throw NGUnreadable(cookie: nil, form: .bencode, fault: .tooLong) }
        guard let (message, end) = try Self.first(in: bytes, at: 0) else {
            throw NGUnreadable(cookie: nil, form: .bencode, fault: .cutShort)
        }
        guard bytes[end...].allSatisfy({ $0 == 0x20 || 0x09...0x0D ~= $0 }) else {
            throw NGUnreadable(cookie: message.cookie, form: message.form, fault: .malformed)
        }
        self = message
    }

    /// Reads the first message of a stream, such as a TCP connection, and tells how many bytes it took with the space
    /// characters before it.
    ///
    /// - Returns: `nil` until the message has come as a whole.
    /// - Throws: ``NGUnreadable``, after which the rest of the stream cannot be understood.
    package static func first(inStream bytes: [UInt8]) throws(NGUnreadable) -> (message: NGMessage, count: Int)? {
        let start = bytes.firstIndex { $0 != 0x20 && !(0x09...0x0D ~= $0) } ?? bytes.count
        do throws(NGUnreadable) {
            return try first(in: bytes, at: start).map { ($0.message, $0.end) }
        } catch {
            guard error.fault == .cutShort, bytes.count - start <= NGLimits.bytes else { throw error }
            return nil
        }
    }

    /// `nil` where the space after the cookie is still to come.
    private static func first(
        in bytes: [UInt8], at start: Int
    ) throws(NGUnreadable) -> (message: NGMessage, end: Int)? {
        guard let space = bytes[start...].prefix(NGLimits.cookie + 1).firstIndex(of: UInt8(ascii: " ")) else {
            guard bytes.count - start <= NGLimits.cookie else {
                throw NGUnreadable(cookie: nil, form: .bencode, fault: .malformed)
            }
            return nil
        }
        let cookie = Array(bytes[start..<space])
        let isJSON = space + 1 < bytes.count && bytes[space + 1] == UInt8(ascii: "{")
        let form: Form = isJSON ? .json : .bencode
        guard !cookie.isEmpty else { throw NGUnreadable(cookie: nil, form: form, fault: .malformed) }
        do throws(NGFault) {
            let (value, contradicted, end) = try read(bytes, at: space + 1, form)
            guard case .dictionary(let body)? = value else { throw NGFault.malformed }
            var message = NGMessage(cookie: cookie, form: form, body: body)
            message.contradicted = contradicted
            return (message, end)
        } catch {
            throw NGUnreadable(cookie: cookie, form: form, fault: error)
        }
    }

    private static func read(
        _ bytes: [UInt8], at place: Int, _ form: Form
    ) throws(NGFault) -> (NGValue?, contradicted: Set<[UInt8]>, end: Int) {
        switch form {
        case .bencode:
            var reader = BencodeReader(bytes, at: place)
            let value = try reader.value()
            return (value, reader.contradicted, reader.place)
        case .json:
            var reader = JSONReader(bytes, at: place)
            let value = try reader.value()
            return (value, reader.contradicted, reader.place)
        }
    }

    /// The message as it is sent.
    package var bytes: [UInt8] {
        var bytes = cookie
        bytes.append(UInt8(ascii: " "))
        switch form {
        case .bencode: NGValue.dictionary(body).appendBencode(to: &bytes)
        case .json: NGValue.dictionary(body).appendJSON(to: &bytes)
        }
        return bytes
    }

    /// The message that answers this one.
    package func reply(_ body: NGDictionary) -> NGMessage { NGMessage(cookie: cookie, form: form, body: body) }
}

/// Bytes that are no message.
package struct NGUnreadable: Error, Hashable, Sendable {
    /// The cookie, as far as it could be read.
    package var cookie: [UInt8]?
    package var form: NGMessage.Form
    package var fault: NGFault

    /// The reply that says so; `nil` without a cookie, where nobody could match it.
    package var reply: NGMessage? {
        guard let cookie else { return nil }
        let reason = form == .json ? "Failed to parse JSON document" : "Invalid NG data format"
        return NGMessage(cookie: cookie, form: form, body: NGReply.error(reason))
    }
}
