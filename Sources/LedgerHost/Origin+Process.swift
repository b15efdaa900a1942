internal import Glibc
package import Ledger

extension Origin {
    /// The account that runs this process, on this machine.
    package static var thisProcess: Origin {
        var name = [CChar](repeating: 0, count: 256)
        unsafe gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let account = unsafe getpwuid(getuid())
        let who = unsafe account.flatMap { unsafe String(validatingCString: $0.pointee.pw_name) } ?? "uid \(getuid())"
        return Origin(who: who, place: "\(host) process \(getpid())")
    }
}
