import CALSA
import Glibc

/// Reads the files in which a user or a machine defines ALSA devices.
///
/// ALSA's own list omits devices without a hint, and silently skips a file that it cannot read.
enum OwnConfiguration {
    /// A device in such a file.
    struct Device {
        var name: String
        var description: String
        /// The likely reason why ALSA omits it from its list.
        var whyUnlisted: String
    }

    /// The devices, each name once. An entry with arguments is a kind of device, not a device.
    static func devices() -> [Device] {
        var devices: [Device] = []
        for path in paths {
            guard case .success(let found) = read(path) else { continue }
            devices += found.filter { device in !devices.contains { $0.name == device.name } }
        }
        return devices
    }

    /// Existing files that cannot be read.
    static func faults() -> [(path: String, reason: String)] {
        paths.compactMap { path in if case .failure(let fault) = read(path) { (path, fault.reason) } else { nil } }
    }

    private static var paths: [String] {
        func variable(_ name: String) -> String? {
            unsafe getenv(name).map { unsafe String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        let home = variable("HOME") ?? ""
        // If ALSA_CONFIG_PATH is set, ALSA reads other files only if that configuration includes them.
        if let own = variable("ALSA_CONFIG_PATH") { return own.split(separator: ":").map(String.init) }
        return [
            "/etc/asound.conf", home + "/.asoundrc",
            (variable("XDG_CONFIG_HOME") ?? home + "/.config") + "/alsa/asoundrc",
        ]
    }

    private struct Fault: Error { var reason: String }

    private static func read(_ path: String) -> Result<[Device], Fault> {
        _ = soundLibraryIsSilent
        guard unsafe access(path, F_OK) == 0 else { return .success([]) }
        var (input, top): (OpaquePointer?, OpaquePointer?) = (nil, nil)
        var code = unsafe snd_input_stdio_open(&input, path, "r")
        if code >= 0 { code = unsafe snd_config_top(&top) }
        if code >= 0 { code = unsafe snd_config_load(top, input) }
        defer {
            if unsafe input != nil { unsafe snd_input_close(input) }
            if unsafe top != nil { unsafe snd_config_delete(top) }
        }
        guard code >= 0, let top = unsafe top else { return .failure(Fault(reason: soundText(code))) }
        guard let list = unsafe child("pcm", of: top) else { return .success([]) }
        return .success(unsafe children(of: list).compactMap { unsafe device($0) })
    }

    private static func device(_ entry: OpaquePointer) -> Device? {
        guard let name = unsafe name(of: entry), unsafe child("@args", of: entry) == nil else { return nil }
        let hint = unsafe child("hint", of: entry)
        let description = unsafe hint.flatMap { unsafe text("description", of: $0) } ?? ""
        let why =
            unsafe hint == nil
            ? "its entry has no hint (add: hint { show on description \"what it is\" })"
            : "the hint in its entry does not say: show on"
        return Device(name: name, description: description, whyUnlisted: why)
    }

    private static func children(of node: OpaquePointer) -> [OpaquePointer] {
        var result = unsafe [OpaquePointer]()
        // ALSA aborts if it is not a compound.
        guard unsafe snd_config_get_type(node) == SND_CONFIG_TYPE_COMPOUND else { return unsafe result }
        var place = unsafe snd_config_iterator_first(node)
        while unsafe place != snd_config_iterator_end(node) {
            if let entry = unsafe snd_config_iterator_entry(place) { unsafe result.append(entry) }
            unsafe place = snd_config_iterator_next(place)
        }
        return unsafe result
    }

    private static func child(_ key: String, of node: OpaquePointer) -> OpaquePointer? {
        unsafe children(of: node).first { unsafe name(of: $0) == key }
    }

    private static func name(of node: OpaquePointer) -> String? {
        var text: UnsafePointer<CChar>?
        guard unsafe snd_config_get_id(node, &text) >= 0, let text = unsafe text else { return nil }
        return unsafe String(cString: text)
    }

    private static func text(_ key: String, of node: OpaquePointer) -> String? {
        var text: UnsafePointer<CChar>?
        guard let child = unsafe child(key, of: node), unsafe snd_config_get_string(child, &text) >= 0,
            let text = unsafe text
        else { return nil }
        return unsafe String(cString: text)
    }
}
