import Codecs
import CALSA
import Glibc
package import MediaCore

/// An open ALSA device, which carries one leg of a call in one direction. It never blocks longer than the given time.
///
/// A leg is one channel. Of a capture device with two channels the first is used. A playback device with two channels
/// gets the leg on both.
@safe package final class SoundDevice: MediaPort {
    /// The name that the user gave.
    package let name: String
    package let direction: SoundDirection
    package let settings: SoundSettings
    /// Number of channels of the device: 1 or 2.
    package let channels: Int
    /// Whether ALSA's plug layer converts, because the device does not support the settings.
    ///
    /// A name that is itself a converter, such as `plughw:1`, converts without reporting it, and may give the mean of
    /// two channels.
    package let isConverted: Bool
    /// Number of frames in the device's buffer.
    package let bufferFrames: Int

    /// JACK for its clients, because its library is shared by all devices of a process.
    package let group: String?

    private let handle: OpaquePointer
    private var bytes: [UInt8]

    /// Opens and configures the device called `name`. A capture device captures from ``start()`` on.
    package init(_ name: String, _ direction: SoundDirection, _ settings: SoundSettings) throws(DeviceError) {
        _ = soundLibraryIsSilent
        self.name = name
        self.direction = direction
        self.settings = settings
        var opened = unsafe try SoundDevice.open(name, direction)
        let choice = unsafe SoundDevice.channelChoice(opened)
        var setUp = unsafe SoundDevice.setUp(opened, direction, settings, channels: choice)
        var converted = false
        if setUp == nil {
            unsafe snd_pcm_close(opened)
            converted = true
            unsafe opened = try SoundDevice.openConverted(name, direction)
            setUp = unsafe SoundDevice.setUp(opened, direction, settings, channels: choice)
        }
        guard let setUp else {
            unsafe snd_pcm_close(opened)
            throw .cannotConfigure(device: name, wanted: settings.words, reason: "ALSA cannot convert to that either")
        }
        unsafe handle = opened
        (channels, bufferFrames) = setUp
        isConverted = converted
        group = unsafe SoundDevice.chain(of: opened).contains("ALSA <-> JACK") ? "JACK" : nil
        bytes = [UInt8](repeating: 0, count: bufferFrames * channels * settings.encoding.bytesPerSample)
    }

    deinit { unsafe snd_pcm_close(handle) }

    package func start() {
        if direction == .capture { unsafe snd_pcm_start(handle) }
    }

    /// Number of frames between the line and this program: captured and not read, or written and not played.
    package var delay: Int {
        var delay: snd_pcm_sframes_t = 0
        return unsafe snd_pcm_delay(handle, &delay) < 0 ? 0 : max(0, Int(delay))
    }

    package func wait(milliseconds: Int) -> PortTransfer {
        let code = unsafe snd_pcm_wait(handle, Int32(milliseconds))
        if code > 0 { return .frames(0) }
        return code == 0 ? .notReady : recover(from: code)
    }

    package func read(into target: inout MutableSpan<Float>, limit: Int) -> PortTransfer {
        unsafe target.withUnsafeMutableBufferPointer { target in unsafe read(into: target, limit: limit) }
    }

    private func read(into target: UnsafeMutableBufferPointer<Float>, limit: Int) -> PortTransfer {
        let wanted = min(limit, target.count, bufferFrames)
        let count = unsafe bytes.withUnsafeMutableBytes { raw in
            unsafe snd_pcm_readi(handle, raw.baseAddress, snd_pcm_uframes_t(wanted))
        }
        if count == 0 || count == -snd_pcm_sframes_t(EAGAIN) { return .notReady }
        guard count > 0 else { return recover(from: Int32(count)) }
        let width = settings.encoding.bytesPerSample
        unsafe bytes.withUnsafeBytes { raw in
            if channels == 1 {
                let part = unsafe UnsafeRawBufferPointer(rebasing: raw[..<(Int(count) * width)])
                unsafe settings.encoding.decode(
                    part, into: UnsafeMutableBufferPointer(rebasing: target[..<Int(count)]))
            } else {
                for frame in 0..<Int(count) {
                    let start = frame * 2 * width
                    let part = unsafe UnsafeRawBufferPointer(rebasing: raw[start..<(start + width)])
                    unsafe settings.encoding.decode(
                        part, into: UnsafeMutableBufferPointer(rebasing: target[frame...frame]))
                }
            }
        }
        // The caller's tones must not stay in memory if the next block is shorter.
        unsafe bytes.withUnsafeMutableBytes { raw in
            unsafe explicit_bzero(raw.baseAddress!, Int(count) * channels * width)
        }
        return .frames(Int(count))
    }

    package func write(_ samples: Span<Float>) -> PortTransfer {
        let count = min(samples.count, bufferFrames)
        let width = settings.encoding.bytesPerSample
        unsafe bytes.withUnsafeMutableBytes { raw in
            for frame in 0..<count {
                for channel in 0..<channels {
                    unsafe settings.encoding.encode(samples[frame], into: raw, at: (frame * channels + channel) * width)
                }
            }
        }
        let written = unsafe bytes.withUnsafeBytes { raw in
            unsafe snd_pcm_writei(handle, raw.baseAddress, snd_pcm_uframes_t(count))
        }
        if written == -snd_pcm_sframes_t(EAGAIN) { return .notReady }
        return written >= 0 ? .frames(Int(written)) : recover(from: Int32(written))
    }

    package func check() -> PortTransfer {
        let code = unsafe snd_pcm_avail_update(handle)
        return code >= 0 || code == -snd_pcm_sframes_t(EAGAIN) ? .frames(0) : recover(from: Int32(code))
    }

    package func drain(milliseconds: Int) {
        var left = milliseconds
        if unsafe snd_pcm_state(handle) == SND_PCM_STATE_PREPARED { unsafe snd_pcm_start(handle) }
        while left > 0, unsafe snd_pcm_state(handle) == SND_PCM_STATE_RUNNING, delay > 0 {
            usleep(2_000)
            left -= 2
        }
        unsafe snd_pcm_drop(handle)
    }

    private func recover(from code: Int32) -> PortTransfer {
        guard code == -EPIPE || code == -ESTRPIPE || code == -EINTR else { return .lost(reason: soundText(code)) }
        if code == -EINTR { return .notReady }
        let prepared = unsafe snd_pcm_prepare(handle)
        if prepared < 0 { return .lost(reason: soundText(prepared)) }
        if direction == .capture {
            let started = unsafe snd_pcm_start(handle)
            if started < 0 { return .lost(reason: soundText(started)) }
        }
        return .xrun
    }
}

extension SoundDevice {
    private static func open(_ name: String, _ direction: SoundDirection) throws(DeviceError) -> OpaquePointer {
        var handle: OpaquePointer?
        let code = unsafe snd_pcm_open(&handle, name, direction.stream, Int32(SND_PCM_NONBLOCK))
        return unsafe try opened(handle, code, name, direction)
    }

    /// The same device behind ALSA's converter, with a configuration of this process, because the user's may lack
    /// `plug:`.
    private static func openConverted(
        _ name: String, _ direction: SoundDirection
    ) throws(DeviceError) -> OpaquePointer {
        let quoted = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let text = "pcm.tonewall_converted { type plug slave.pcm \"\(quoted)\" }"
        var (shared, own): (OpaquePointer?, OpaquePointer?) = (nil, nil)
        var (input, handle): (OpaquePointer?, OpaquePointer?) = (nil, nil)
        var code = unsafe snd_config_update_ref(&shared)
        if code >= 0 { code = unsafe snd_config_copy(&own, shared) }
        if code >= 0 { code = unsafe snd_input_buffer_open(&input, text, text.utf8.count) }
        if code >= 0 { code = unsafe snd_config_load(own, input) }
        if code >= 0 {
            code = unsafe snd_pcm_open_lconf(
                &handle, "tonewall_converted", direction.stream, Int32(SND_PCM_NONBLOCK), own)
        }
        if unsafe input != nil { unsafe snd_input_close(input) }
        if unsafe own != nil { unsafe snd_config_delete(own) }
        if unsafe shared != nil { unsafe snd_config_unref(shared) }
        return unsafe try opened(handle, code, name, direction)
    }

    private static func opened(
        _ handle: OpaquePointer?, _ code: Int32, _ name: String, _ direction: SoundDirection
    ) throws(DeviceError) -> OpaquePointer {
        guard code >= 0, let handle = unsafe handle else {
            throw .cannotOpen(device: name, reason: soundText(code), available: SoundDeviceList.names(direction))
        }
        return unsafe handle
    }

    /// ALSA's layers behind the name, one a line. The last one is a card or the plugin of a sound server.
    private static func chain(of handle: OpaquePointer) -> String {
        var output: OpaquePointer?
        guard unsafe snd_output_buffer_open(&output) >= 0, let output = unsafe output else { return "" }
        defer { unsafe snd_output_close(output) }
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe snd_pcm_dump(handle, output) >= 0 else { return "" }
        let count = unsafe snd_output_buffer_string(output, &text)
        guard let text = unsafe text else { return "" }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: text, count: Int(count)), as: UTF8.self)
    }

    /// Numbers of channels to request, in order of preference: one, unless the device itself has two.
    ///
    /// The converter is asked for the number of the device, because it would give the mean of two channels for one.
    private static func channelChoice(_ handle: OpaquePointer) -> [Int] {
        var parameters: OpaquePointer?
        guard unsafe snd_pcm_hw_params_malloc(&parameters) >= 0, let parameters = unsafe parameters else {
            return [1, 2]
        }
        defer { unsafe snd_pcm_hw_params_free(parameters) }
        var least: UInt32 = 1
        guard unsafe snd_pcm_hw_params_any(handle, parameters) >= 0,
            unsafe snd_pcm_hw_params_get_channels_min(parameters, &least) >= 0
        else { return [1, 2] }
        return least > 1 ? [2] : [1, 2]
    }

    /// Number of channels and buffer size after configuration; `nil` if the device does not support the settings.
    private static func setUp(
        _ handle: OpaquePointer, _ direction: SoundDirection, _ settings: SoundSettings, channels choice: [Int]
    ) -> (channels: Int, bufferFrames: Int)? {
        for channels in choice {
            if let frames = unsafe hardware(handle, settings, channels: UInt32(channels)) {
                return unsafe software(handle, direction, settings, bufferFrames: frames) ? (channels, frames) : nil
            }
        }
        return nil
    }

    private static func hardware(_ handle: OpaquePointer, _ settings: SoundSettings, channels: UInt32) -> Int? {
        var parameters: OpaquePointer?
        guard unsafe snd_pcm_hw_params_malloc(&parameters) >= 0, let parameters = unsafe parameters else { return nil }
        defer { unsafe snd_pcm_hw_params_free(parameters) }
        let format = settings.encoding.kind == .float ? SND_PCM_FORMAT_FLOAT_LE : SND_PCM_FORMAT_S16_LE
        var period = snd_pcm_uframes_t(settings.periodFrames)
        var buffer = snd_pcm_uframes_t(settings.periodFrames * settings.periods)
        guard unsafe snd_pcm_hw_params_any(handle, parameters) >= 0,
            unsafe snd_pcm_hw_params_set_access(handle, parameters, SND_PCM_ACCESS_RW_INTERLEAVED) >= 0,
            unsafe snd_pcm_hw_params_set_format(handle, parameters, format) >= 0,
            unsafe snd_pcm_hw_params_set_channels(handle, parameters, channels) >= 0,
            unsafe snd_pcm_hw_params_set_rate(handle, parameters, UInt32(settings.sampleRate), 0) >= 0
        else { return nil }
        // A near value is enough. A sound server has its own sizes, and the loop uses the actual one.
        unsafe snd_pcm_hw_params_set_period_size_near(handle, parameters, &period, nil)
        unsafe snd_pcm_hw_params_set_buffer_size_near(handle, parameters, &buffer)
        guard unsafe snd_pcm_hw_params(handle, parameters) >= 0,
            unsafe snd_pcm_hw_params_get_buffer_size(parameters, &buffer) >= 0
        else { return nil }
        return Int(buffer)
    }

    private static func software(
        _ handle: OpaquePointer, _ direction: SoundDirection, _ settings: SoundSettings, bufferFrames: Int
    ) -> Bool {
        var parameters: OpaquePointer?
        guard unsafe snd_pcm_sw_params_malloc(&parameters) >= 0, let parameters = unsafe parameters else {
            return false
        }
        defer { unsafe snd_pcm_sw_params_free(parameters) }
        guard unsafe snd_pcm_sw_params_current(handle, parameters) >= 0 else { return false }
        let least = snd_pcm_uframes_t(min(settings.periodFrames, bufferFrames))
        // Playback starts with a full buffer minus one period, which covers a late first block.
        let start = snd_pcm_uframes_t(max(1, min(settings.periodFrames * (settings.periods - 1), bufferFrames)))
        unsafe snd_pcm_sw_params_set_avail_min(handle, parameters, least)
        if direction == .playback { unsafe snd_pcm_sw_params_set_start_threshold(handle, parameters, start) }
        return unsafe snd_pcm_sw_params(handle, parameters) >= 0
    }
}
