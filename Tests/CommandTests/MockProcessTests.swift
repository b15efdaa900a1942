import Foundation
import Support
import Testing

/// The mock gateway that `pay` starts for itself.
@Suite(.ownThread) struct MockProcessTests {
    @Test func `The mock is a process of its own, and ends with the payment`() throws {
        let payment = try Payment()
        #expect(payment.mock != payment.command.process.processIdentifier)
        #expect(!Payment.listens(payment.command.process.processIdentifier))
        payment.command.write(payment.rest)
        let result = payment.command.finish()
        #expect(result.status == 0, "\(result.errors)")
        #expect(payment.isMockGone)
    }

    @Test func `The mock ends when the paying process is killed`() throws {
        let payment = try Payment()
        payment.command.send(SIGKILL)
        #expect(payment.command.finish().status == 128 + SIGKILL)
        #expect(payment.isMockGone)
    }
}

/// A `pay` that waits in the middle of a call, its mock running.
private struct Payment {
    let command: Command
    let mock: pid_t
    /// The rest of the call.
    let rest: [UInt8]

    init() throws {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: call.path)))
        let command = try Command(["pay", "-", "--gateway", "mock", "--no-ledger"] + call.arguments)
        command.write(Array(bytes.prefix(bytes.count / 2)))
        self.command = command
        rest = Array(bytes.dropFirst(bytes.count / 2))
        let found = Self.wait {
            Self.child(of: command.process.processIdentifier).flatMap { Self.listens($0) ? $0 : nil }
        }
        mock = try #require(found)
    }

    /// Whether it ends, on a machine of any load. A zombie counts as ended.
    var isMockGone: Bool {
        Self.wait {
            let stat = try? String(contentsOfFile: "/proc/\(mock)/stat", encoding: .utf8)
            return stat == nil || stat?.split(separator: ")").last?.hasPrefix(" Z") == true ? true : nil
        } ?? false
    }

    /// A child hangs on the thread that started it.
    private static func child(of parent: pid_t) -> pid_t? {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")) ?? []
        for thread in threads {
            let children = try? String(contentsOfFile: "/proc/\(parent)/task/\(thread)/children", encoding: .utf8)
            if let first = children?.split(separator: " ").first { return pid_t(first) }
        }
        return nil
    }

    /// Whether a process has a listening TCP socket.
    static func listens(_ process: pid_t) -> Bool {
        guard let table = try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8) else { return false }
        let listening = table.split(separator: "\n").dropFirst().compactMap { line -> String? in
            let fields = line.split(separator: " ")
            return fields.count > 9 && fields[3] == "0A" ? "socket:[\(fields[9])]" : nil
        }
        let folder = "/proc/\(process)/fd"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.contains { file in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(file)")).map(listening.contains)
                ?? false
        }
    }

    /// What `find` gives in the end; `nil` if it gives nothing for a minute.
    private static func wait<Found>(_ find: () -> Found?) -> Found? {
        for _ in 0..<6000 {
            if let found = find() { return found }
            usleep(10_000)
        }
        return nil
    }
}
