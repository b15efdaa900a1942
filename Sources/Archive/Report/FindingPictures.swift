internal import AtomicFiles
internal import AudioIO
internal import Verification

/// The pictures of a recording's findings: a spectrogram and a waveform of each with half a second either side.
enum FindingPictures {
    private static let margin = 0.5

    /// A finding whose audio is being gathered.
    private struct Gathering {
        var number: Int
        var first: Int
        var end: Int
        var samples: [Float] = []
    }

    /// Writes `PREFIX-NUMBER.png` for every finding of `judgement`, reading the recording once more; gives the names.
    static func write(
        _ judgement: RecordingJudgement, options: HearingOptions, to folder: String, prefix: String, veiled: Bool
    ) throws(ReportError) -> [String] {
        guard let reader = try? AudioReader(judgement.path, raw: options.raw, forcesRaw: options.forcesRaw) else { return [] }
        let rate = Double(judgement.sampleRate)
        let margin = Int(margin * rate)
        var waiting = judgement.findings.enumerated().map {
            Gathering(number: $0, first: max(0, $1.start - margin), end: $1.end + margin)
        }[...]
        var open: [Gathering] = []
        var names: [String] = []
        var position = 0
        var block: [Float] = []
        while !waiting.isEmpty || !open.isEmpty {
            let count = (try? reader.read(frames: 4096, into: &block)) ?? 0
            while let first = waiting.first, count == 0 || first.first < position + count {
                open.append(first)
                waiting.removeFirst()
            }
            for index in open.indices {
                let channel = judgement.findings[open[index].number].channel
                let from = max(open[index].first, position)
                let to = min(open[index].end, position + count)
                for frame in from..<max(from, to) {
                    open[index].samples.append(block[(frame - position) * judgement.channels + channel])
                }
            }
            position += count
            for done in open where done.end <= position || count == 0 {
                names.append(try write(done, of: judgement, to: folder, prefix: prefix, veiled: veiled))
            }
            open.removeAll { $0.end <= position || count == 0 }
        }
        return names
    }

    private static func write(
        _ gathered: Gathering, of judgement: RecordingJudgement, to folder: String, prefix: String, veiled: Bool
    ) throws(ReportError) -> String {
        let finding = judgement.findings[gathered.number]
        func mark(_ finding: Finding) -> Range<Int> { finding.start - gathered.first..<finding.end - gathered.first }
        // Other findings in view are veiled too: a tone that is not would be drawn in full.
        let neighbours = judgement.findings.filter {
            $0 != finding && $0.channel == finding.channel && $0.end > gathered.first && $0.start < gathered.end
        }
        let rate = Double(judgement.sampleRate)
        let title = "channel \(finding.channel)  \(finding.kind.rawValue)  \(Int(finding.levelDBm0.rounded())) dBm0"
        var spectrogram = Spectrogram(sampleRate: rate, columns: 640, rows: 160, veiled: veiled)
        spectrogram.process(gathered.samples.span)
        spectrogram.finish()
        let picture = SpectrogramPicture(
            sampleRate: rate,
            panels: [
                .init(
                    title: title, spectrogram: spectrogram, marks: [mark(finding)], neighbours: neighbours.map(mark),
                    waveform: gathered.samples)
            ], width: 640, veiled: veiled, firstSecond: Double(gathered.first) / rate)
        let name = "\(prefix)-\(gathered.number + 1).png"
        let path = PathBytes.join(folder, name)
        let bytes: [UInt8]
        do throws(PictureError) { bytes = try picture.png() } catch {
            switch error {
            case .encoding(let words): throw .cannotWrite(path: path, reason: words)
            }
        }
        do throws(AtomicFileError) { try AtomicFile.write(bytes, to: path) } catch { throw ReportError(error) }
        return name
    }
}
