import CALSA

/// The direction in which a sound device carries audio.
package enum SoundDirection: String, Sendable, Hashable, CaseIterable {
    case capture, playback

    var stream: snd_pcm_stream_t { self == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK }
    /// The direction's name in a name hint.
    var hint: String { self == .capture ? "Input" : "Output" }
}

/// ALSA's words for one of its error numbers.
func soundText(_ code: Int32) -> String { unsafe String(cString: snd_strerror(code)) }

/// Silences ALSA and JACK, once. Errors report the same with the name of the device.
let soundLibraryIsSilent: Bool = {
    tonewall_alsa_silence()
    tonewall_jack_silence()
    return true
}()
