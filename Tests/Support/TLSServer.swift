internal import Foundation
internal import Glibc

/// OpenSSL's own server with a certificate of its own making: it says nothing, in any case asked.
public final class TLSServer {
    public let port: Int
    /// The certificate, which is its own authority.
    public let certificate: String
    private let process = Process()
    private let output = Pipe()
    private var heard: [UInt8] = []

    /// Whether the `openssl` command is installed.
    public static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    /// - Parameters:
    ///   - name: What the certificate proves, as `DNS:localhost` or `IP:127.0.0.1`.
    ///   - options: Further options of `openssl s_server`.
    public init(provingName name: String, in folder: TemporaryFolder, options: [String] = []) throws {
        certificate = folder("certificate-\(name.filter(\.isLetter)).pem")
        let key = folder("key.pem")
        let maker = Process()
        maker.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        maker.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out",
            certificate, "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(name)",
        ]
        maker.standardError = FileHandle.nullDevice
        try maker.run()
        maker.waitUntilExit()
        process.executableURL = maker.executableURL
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-naccept", "100"] + options
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // Its standard input must stay open.
        process.standardInput = Pipe()
        try process.run()
        var text = ""
        while !text.hasSuffix("\n") || !text.contains("ACCEPT ") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        // ACCEPT 127.0.0.1:PORT
        port = text.split(whereSeparator: \.isWhitespace).last?.split(separator: ":").last.flatMap { Int($0) } ?? 0
    }

    /// Waits until a client has said `text`.
    public func waitFor(_ text: String) {
        while !String(decoding: heard, as: UTF8.self).contains(text) {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return }
            heard += data
        }
    }

    /// What clients have said so far; ends the server.
    public func finish() -> String {
        end()
        heard += output.fileHandleForReading.readDataToEndOfFile()
        return String(decoding: heard, as: UTF8.self)
    }

    /// The signal cannot be blocked, because a child inherits the blocked signals of the thread that starts it.
    private func end() { kill(process.processIdentifier, SIGKILL) }

    deinit { end() }
}
